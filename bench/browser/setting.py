"""The common part of the measurements of the screen page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import ViewportSize

from bench.target import Workshop

SIZES = (ViewportSize(width=1920, height=1080), ViewportSize(width=1024, height=768))
# Phones get little: the server is not on trial and must leave the page its core.
_PHONE_BYTES = 2000
_MARKERS_EACH = 100


@contextmanager
def room(workshop: Workshop) -> Iterator[str]:
    """A server with a room, as the address of its socket. Nobody else is asked for anything."""
    with workshop.server(_PHONE_BYTES, TILE_URL="", LEAFLET_CDN="") as target:
        yield target.create_room(markers_each=_MARKERS_EACH)


def screen_url(socket_url: str) -> str:
    """The screen page of the room with this socket."""
    return socket_url.replace("ws://", "http://").replace("/ws/", "/") + "/screen"


def name(size: ViewportSize) -> str:
    return f"{size['width']}×{size['height']}"
