"""The Content-Security-Policy: what our pages may load, and from where."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

# Leaflet puts one of these for {s} in a tile address.
_SUBDOMAINS = "abc"


def tile_sources(tile_url: str) -> list[str]:
    """The hosts named by a tile address like https://{s}.tile.example.org/{z}/{x}/{y}.png.

    Empty if the address is on this server, or empty itself.
    """
    found = []
    for letter in _SUBDOMAINS if "{s}" in tile_url else " ":
        parts = urlsplit(tile_url.replace("{s}", letter))
        if parts.scheme in ("http", "https") and parts.netloc:
            found.append(f"{parts.scheme}://{parts.netloc}")
    return found


def directives(
    *, tile_url: str, leaflet_cdn: str, libraries: Iterable[str], sockets: Iterable[str]
) -> dict[str, list[str]]:
    """The policy of every page.

    `leaflet_cdn` is the folder Leaflet is loaded from, or empty. The policy
    names the folder rather than the whole host, because a CDN serves
    everybody's scripts; `libraries` are more such folders. `sockets` are the
    origins (ws://…, wss://…) of our own WebSocket: Safari up to 15 does not count
    them as 'self'.
    """
    cdn = [f"{leaflet_cdn}/"] if leaflet_cdn else []
    return {
        "default-src": [NONE],
        "script-src": [SELF, *cdn, *libraries],
        "style-src": [SELF, *cdn],
        "img-src": [SELF, "data:", *cdn, *tile_sources(tile_url)],
        "connect-src": [SELF, *sockets],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
