"""The common part of the measurements of the screen page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.async_api import ViewportSize

from bench.target import Workshop

SIZES = (ViewportSize(width=1920, height=1080), ViewportSize(width=1024, height=768))
PHONE = ViewportSize(width=360, height=740)
# Phones get little: the server is not on trial and must leave the page its core.
_PHONE_BYTES = 2000
_MARKERS_EACH = 100


@dataclass(frozen=True)
class Room:
    """A room by its addresses: of its socket, its screen page and its remote."""

    url: str
    host_key: str

    @property
    def screen(self) -> str:
        return f"{self._page}/screen"

    @property
    def remote(self) -> str:
        return f"{self._page}/host#key={self.host_key}"

    @property
    def _page(self) -> str:
        return self.url.replace("ws://", "http://").replace("/ws/", "/")


@contextmanager
def room(workshop: Workshop, activities: int = 1) -> Iterator[Room]:
    """A server with a room that has prepared so much. Nobody else is asked for anything."""
    first = {"question": "Where?", "settings": {"markers_each": _MARKERS_EACH}}
    others = [{"question": f"And where is number {n}?"} for n in range(2, activities + 1)]
    with workshop.server(_PHONE_BYTES, TILE_URL="", LEAFLET_CDN="") as target:
        yield Room(*target.open_room(activities=[first, *others]))


def name(size: ViewportSize) -> str:
    return f"{size['width']}×{size['height']}"
