"""`/api/places`: find a place by its name, without internet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapapp.api.errors import error_json
from mapapp.places.places import NoPlaces
from mapapp.places.search import Place
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address

# Longer than any place's name with the country after it.
QUERY_LIMIT = 150
# Answers change only with the program's version; browsers and proxies may keep them
# for a day.
_KEEP = "public, max-age=86400"
_RETRY_SECONDS = 15


@require_safe
async def places(request: HttpRequest) -> HttpResponse:
    """The ten best places for `q`, as GeoJSON (RFC 7946).

    Searched in the event loop, which costs less than handing the search to a thread.
    """
    query = request.GET.get("q")
    if query is None:
        message = _("Say which place to look for, as in /api/places?q=Deventer.")
        return error_json(400, "bad_field", message, field="q")
    if len(query) > QUERY_LIMIT:
        message = _("Expected at most %d characters.") % QUERY_LIMIT
        return error_json(400, "bad_field", message, field="q")
    runtime = runtime_of(request)
    address = request_address(request)
    if not runtime.searches.take(address):
        message = _("Too many searches. Please try again in a moment.")
        wait = runtime.searches.retry_seconds(address)
        return error_json(429, "too_many_searches", message, retry_seconds=wait)
    try:
        found = runtime.places.search(query)
    except NoPlaces:
        message = _("Searching for places isn't ready yet. Please try again in a minute.")
        return error_json(503, "unavailable", message, retry_seconds=_RETRY_SECONDS)
    response = JsonResponse(
        {"type": "FeatureCollection", "features": [_feature(place) for place in found]},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response.headers["Cache-Control"] = _KEEP
    return response


@require_safe
async def names(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """The places that a map names on one of its tiles: `[name, lat, lng, population]` each."""
    runtime = runtime_of(request)
    address = request_address(request)
    if not runtime.tile_names.take(address):
        message = _("Too many names at once. Please try again in a moment.")
        wait = runtime.tile_names.retry_seconds(address)
        return error_json(429, "too_many_tiles", message, retry_seconds=wait)
    try:
        found = runtime.places.on_tile(zoom, x, y)
    except ValueError:
        return error_json(404, "no_tile", _("There are no names for this tile."))
    except NoPlaces:
        message = _("Places aren't ready yet. Please try again in a minute.")
        return error_json(503, "unavailable", message, retry_seconds=_RETRY_SECONDS)
    response = JsonResponse(
        {"names": [_name(place) for place in found]},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response.headers["Cache-Control"] = _KEEP
    return response


def _name(place: Place) -> tuple[str, float, float, int]:
    return place.name, round(place.lat, 4), round(place.lng, 4), place.population


def _feature(place: Place) -> dict[str, Any]:
    properties = {
        "name": place.name,
        "country": place.country,
        "country_name": place.country_name,
        "population": place.population,
    }
    if place.region is not None:
        properties["region"] = place.region
    return {
        "type": "Feature",
        "id": place.id,
        # GeoJSON has the longitude first.
        "geometry": {"type": "Point", "coordinates": [place.lng, place.lat]},
        "properties": properties,
    }
