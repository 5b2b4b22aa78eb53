"""Which files become the street map, and what is said of those that do not."""

import gzip
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pmtiles.tile import Compression, TileType
from pytest_django import Settings

from mapapp.streets.attribution import tidy
from mapapp.streets.street_file import NoStreetFile, StreetFile, find_street_file
from testkit.street_maps import (
    LAYERS,
    OPENSTREETMAP,
    png,
    write_pictures,
    write_street_map,
    write_vectors,
)

RED = (200, 0, 0)


def found(folder: Path) -> StreetFile:
    street_file = find_street_file(folder)
    assert street_file is not None
    street_file.close()
    return street_file


def problem(folder: Path) -> str:
    with pytest.raises(NoStreetFile) as refused:
        find_street_file(folder)
    return str(refused.value)


def patched(path: Path, at: int, data: bytes) -> None:
    """Overwrite bytes of a file, such as those of its header."""
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


def test_a_folder_without_street_maps_has_none(tmp_path: Path) -> None:
    (tmp_path / "livemap.sqlite3").write_bytes(b"")
    # A file manager's own.
    (tmp_path / "._streets.pmtiles").write_bytes(b"")
    assert find_street_file(tmp_path) is None


def test_pictures_are_recognised(tmp_path: Path) -> None:
    write_pictures(tmp_path / "any name.PMTiles", RED)
    street_file = found(tmp_path)
    assert street_file.archive.kind == "png"
    assert (street_file.archive.min_zoom, street_file.archive.max_zoom) == (0, 3)
    assert street_file.archive.bounds == (-85.0, -180.0, 85.0, 180.0)
    assert street_file.archive.attribution == OPENSTREETMAP


def test_vectors_are_recognised(tmp_path: Path) -> None:
    write_vectors(tmp_path / "streets.pmtiles", bounds=(52.2, 6.1, 52.3, 6.2))
    archive = found(tmp_path).archive
    assert (archive.kind, archive.bounds) == ("vector", (52.2, 6.1, 52.3, 6.2))


def test_a_file_whose_bounds_make_no_sense_is_one_of_the_world(tmp_path: Path) -> None:
    write_vectors(tmp_path / "streets.pmtiles", bounds=(0, 0, 0, 0))
    assert found(tmp_path).archive.bounds[1::2] == (-180, 180)


def test_of_two_files_neither_is_used(tmp_path: Path) -> None:
    for name in ("a.pmtiles", "b.pmtiles"):
        write_pictures(tmp_path / name, RED, deepest=0)
    sentence = f"There are several street maps in {tmp_path}: a.pmtiles and b.pmtiles. Keep one."
    assert problem(tmp_path) == sentence


WRONG: dict[str, Callable[[Path], object]] = {
    "no PMTiles file": lambda path: path.write_bytes(b"SQLite format 3\0" * 100),
    "is no PMTiles file": lambda path: path.write_bytes(b""),
    "another version": lambda path: patched(path, 7, b"\x02"),
    "is cut off": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "0.0 MB of 0.1 MB are there": lambda path: path.write_bytes(path.read_bytes()[:20_000]),
    "of a kind that pages cannot draw": lambda path: patched(path, 99, b"\x05"),
    "compressed in a way": lambda path: patched(path, 98, b"\x04"),
    "its header makes no sense": lambda path: patched(path, 100, b"\x09\x03"),
    "its directory cannot be unpacked": lambda path: patched(path, 127, b"broken"),
    "holds no tiles": lambda path: patched(path, 64, struct.pack("<Q", 0)),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_pages_could_not_draw_is_refused_with_the_reason(tmp_path: Path, reason: str) -> None:
    path = write_pictures(tmp_path / "streets.pmtiles", RED)
    WRONG[reason](path)
    sentence = problem(tmp_path)
    assert sentence.startswith(f"The street map {path} is not used: it ")
    assert reason in sentence


@pytest.mark.parametrize("name", ["a folder", "a pipe", "a link to nothing"])
def test_what_is_no_file_is_never_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / "streets.pmtiles"
    if name == "a folder":
        path.mkdir()
    elif name == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "nothing")
    assert "is no file that can be read" in problem(tmp_path)


SCHEMAS: dict[str, list[dict[str, Any]]] = {
    "of another schema than Protomaps' basemap (layers: place, transportation)": [
        {"id": "transportation"},
        {"id": "place"},
    ],
    "(layers: none)": [],
    "an old version": [{"id": layer["id"], "fields": {"pmap:kind": ""}} for layer in LAYERS],
}


@pytest.mark.parametrize("reason", SCHEMAS)
def test_vectors_of_another_schema_are_refused(tmp_path: Path, reason: str) -> None:
    write_vectors(tmp_path / "streets.pmtiles", metadata={"vector_layers": SCHEMAS[reason]})
    assert reason in problem(tmp_path)


def test_metadata_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "streets.pmtiles", RED, deepest=0)
    bomb = gzip.compress(json.dumps({"attribution": " " * 10_000_000}).encode())
    content = path.read_bytes()
    path.write_bytes(content + bomb)
    patched(path, 24, struct.pack("<QQ", len(content), len(bomb)))
    assert "cannot be unpacked" in problem(tmp_path)


def test_metadata_of_any_kind_is_no_exception(tmp_path: Path) -> None:
    kinds: list[Any] = [[], "text", {"attribution": 5}, {}]
    for metadata in kinds:
        (tmp_path / "streets.pmtiles").unlink(missing_ok=True)
        write_street_map(
            tmp_path / "streets.pmtiles",
            TileType.WEBP,
            lambda _: png(RED),
            metadata=metadata,
            compression=Compression.UNKNOWN,
        )
        assert found(tmp_path).archive.attribution == ""


def test_the_check_command_says_what_the_log_will(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    write_pictures(tmp_path / "streets.pmtiles", RED)
    assert not [found for found in run_checks() if found.id == "mapapp.W001"]
    write_pictures(tmp_path / "more.pmtiles", RED)
    (warning,) = [found for found in run_checks() if found.id == "mapapp.W001"]
    assert "several street maps" in str(warning)


@pytest.mark.parametrize(
    ("html", "tidied"),
    [
        (OPENSTREETMAP, OPENSTREETMAP),
        ("© A &amp; B", "© A &amp; B"),
        ('<a onclick="x()" href="https://osm.org/?a=1&amp;b=2" class="y">OSM</a>',
         '<a href="https://osm.org/?a=1&amp;b=2">OSM</a>'),
        ('<a href="javascript:alert(1)">OSM</a>', "OSM"),
        ('<a href="https://osm.org/&quot;><script>">OSM', '<a href="https://osm.org/&quot;&gt;&lt;script&gt;">OSM</a>'),
        ("<script>alert(1)</script><img src=x onerror=alert(1)>OSM<style>*{}</style>", "OSM"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("a" * 5_000, "a" * 600),
    ],
)  # fmt: skip
def test_of_an_attribution_text_and_links_remain(html: str, tidied: str) -> None:
    assert tidy(html) == tidied
