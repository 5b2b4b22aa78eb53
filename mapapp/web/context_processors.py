"""The context of every page: where the map comes from."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static

from mapapp.runtime import this_runtime
from mapapp.streets.attribution import tidy
from mapapp.streets.libraries import needed_for
from mapapp.streets.served import STREETS_PATH

# Of the files in the npm package leaflet@1.9.4, which the CDN serves.
LEAFLET_JS_INTEGRITY = "sha256-20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo="
LEAFLET_CSS_INTEGRITY = "sha256-p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY="


class LeafletCdn(TypedDict):
    """Addresses and subresource integrity hashes; all empty when the CDN is switched off."""

    js: str
    css: str
    js_integrity: str
    css_integrity: str


def _brought(path: str) -> str:
    """The address of a file that `make` fetches; empty where there was no npm to fetch it."""
    return static(path) if finders.find(path) else ""


@cache
def _page() -> dict[str, object]:
    cdn = settings.LEAFLET_CDN
    leaflet_cdn = LeafletCdn(
        js=f"{cdn}/leaflet.js" if cdn else "",
        css=f"{cdn}/leaflet.css" if cdn else "",
        js_integrity=LEAFLET_JS_INTEGRITY if cdn else "",
        css_integrity=LEAFLET_CSS_INTEGRITY if cdn else "",
    )
    map_settings = {
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
        "leaflet_cdn": leaflet_cdn,
    }
    return {
        **map_settings,
        "page_settings": {
            **map_settings,
            # A street map of one's own takes the place of the tiles.
            **_street_file(),
            "public_url": settings.PUBLIC_URL,
            "leaflet_local": {
                "js": _brought("mapapp/vendor/leaflet/leaflet.js"),
                "css": _brought("mapapp/vendor/leaflet/leaflet.css"),
            },
            "qr_library": _brought("mapapp/vendor/qrcode/qrcode.js"),
            "basemap": {
                "overview": static("mapapp/basemap/world-110m.json"),
                "detail": static("mapapp/basemap/world-50m.json"),
                "fine": static("mapapp/basemap/world-10m.bin"),
                "names": static("mapapp/basemap/names.json"),
            },
        },
    }


def _street_file() -> dict[str, object]:
    """What pages have to know of the street map in the data folder; nothing without one."""
    found = this_runtime().street_file
    if found is None:
        return {}
    archive = found.archive
    _size, tag = found.size_and_tag()
    libraries = [
        {"url": static(library.local), "integrity": ""}
        if library.local
        else {"url": library.cdn_folder + library.file, "integrity": library.integrity}
        for library in needed_for(archive)
    ]
    drawing = {
        "kind": archive.kind,
        "min_zoom": archive.min_zoom,
        "max_zoom": archive.max_zoom,
        "bounds": archive.bounds,
        "attribution": tidy(archive.attribution) or settings.TILE_ATTRIBUTION,
        "libraries": libraries,
    }
    return {"tile_url": f"{STREETS_PATH}?v={tag}", "street_file": drawing}


def page(request: HttpRequest | None) -> dict[str, object]:
    """Context of all pages; `page_settings` is put into the page for JavaScript.

    It is the same for every request: nothing in a page depends on the visitor.
    """
    return _page()
