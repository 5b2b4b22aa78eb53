"""The JavaScript libraries that draw a street map: the local copies, or a CDN's.

A page loads them only where there is such a map, and from this server if `make` has
brought them there: the map is for rooms without internet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mapapp.streets.archive import Archive

_STATIC = Path(__file__).resolve().parent.parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Library:
    """A script of an npm package, with the hash that both its copies have."""

    package: str
    version: str
    file: str
    integrity: str

    @property
    def local(self) -> str:
        """The local copy's path within the static files; empty where there is none."""
        path = f"mapapp/vendor/{self.package}/{self.file}"
        return path if (_STATIC / path).exists() else ""

    @property
    def cdn_folder(self) -> str:
        return f"https://unpkg.com/{self.package}@{self.version}/dist/"


# Reads the file, whatever is in it.
READER = Library(
    "pmtiles", "4.5.0", "pmtiles.js", "sha256-yvmBvEb2Mn7n5l1dyWTYnTimn2DtyivUxciQwhtVTGw="
)
# Draws vector tiles, and is five times as large.
PAINTER = Library(
    "protomaps-leaflet",
    "5.1.0",
    "protomaps-leaflet.js",
    "sha256-Jq8BT3sa8wjsEgt5HP92ZXu5wzg2M7UgM+bt+eXkzbU=",
)


def needed_for(archive: Archive) -> list[Library]:
    """The libraries that a page needs for this file, in the order in which it loads them."""
    return [READER, PAINTER] if archive.kind == "vector" else [READER]


def can_draw(archive: Archive, *, from_cdn: bool) -> bool:
    """Whether pages get all that they need for it, with or without a CDN."""
    return from_cdn or all(library.local for library in needed_for(archive))


def cdn_folders() -> list[str]:
    """Where pages get the libraries that have no local copy."""
    return [library.cdn_folder for library in (READER, PAINTER) if not library.local]
