"""The libraries that draw a street map: the same bytes from here and from a CDN."""

import base64
import hashlib
import json

import pytest

from mapapp.streets import libraries
from mapapp.streets.archive import Archive
from mapapp.streets.libraries import PAINTER, READER, Library, can_draw, cdn_folders, needed_for
from testkit.services import ROOT
from tests.conftest import leave_out

VECTORS = Archive("vector", 0, 15, (0, 0, 1, 1), {})
PICTURES = Archive("webp", 0, 15, (0, 0, 1, 1), {})


@pytest.mark.parametrize("library", [READER, PAINTER], ids=lambda library: library.package)
def test_the_hash_and_the_version_are_those_that_npm_brings(library: Library) -> None:
    package = ROOT / "node_modules" / library.package
    if not package.exists():
        leave_out("no npm client: there is no copy of the libraries")
    content = (package / "dist" / library.file).read_bytes()
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert library.integrity == f"sha256-{digest}"
    assert json.loads((package / "package.json").read_text())["version"] == library.version
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert wanted[library.package] == library.version


def test_pictures_need_no_painter() -> None:
    assert needed_for(PICTURES) == [READER]
    assert needed_for(VECTORS) == [READER, PAINTER]


def test_without_copies_they_come_from_a_cdn_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(libraries, "_STATIC", tmp_path_factory.mktemp("static"))
    assert can_draw(VECTORS, from_cdn=True)
    assert not can_draw(PICTURES, from_cdn=False)
    assert [folder.rsplit("/", 3)[1:] for folder in cdn_folders()] == [
        ["pmtiles@4.5.0", "dist", ""],
        ["protomaps-leaflet@5.1.0", "dist", ""],
    ]
