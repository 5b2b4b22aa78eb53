"""`/api/rooms`: create a room, look one up."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mapapp.api.errors import ApiError, error_json
from mapapp.api.v1.asking import find_card
from mapapp.domain.activity import Surface
from mapapp.rooms.creation import BadRoom
from mapapp.rooms.permission import NotAllowed
from mapapp.runtime import runtime_of
from mapapp.server.origins import site_url

BODY_BYTES = 16_384

# The fields of a new room and their JSON types. `create_room` checks the rules
# and ranges.
_TEXT = (str, gettext_lazy("Expected text."))
_WHOLE = (int, gettext_lazy("Expected a whole number."))
_FLAG = (bool, gettext_lazy("Expected true or false."))
_FIELDS = {
    "title": _TEXT,
    "question": _TEXT,
    "rules": _TEXT,
    "markers_each": _WHOLE,
    "anyone_adds": _FLAG,
    "view": (dict, gettext_lazy("Expected an object with lat, lng and zoom.")),
}
# Ranges of the map's first view: degrees (the projection ends at 85), and a zoom level.
_VIEW_LIMITS = {"lat": (-85, 85), "lng": (-180, 180), "zoom": (0, 19)}


@require_POST
async def rooms(request: HttpRequest) -> HttpResponse:
    """Create a room. Only this answer ever contains its host key."""
    try:
        opened = await runtime_of(request).permission.create_for(
            request, **_fields(_json_object(request))
        )
    except ApiError as error:
        return error.response()
    except NotAllowed as error:
        return error_json(
            error.status, error.code, error.message, retry_seconds=error.retry_seconds
        )
    except BadRoom as error:
        return error_json(400, "bad_field", error.message, field=error.field)
    code = opened.room.code
    join_url = f"{site_url(request)}/{code}"
    response = JsonResponse(
        {
            "code": code,
            "join_url": join_url,
            "screen_url": f"{join_url}/screen",
            # Browsers never send the part after the # (A1).
            "host_url": f"{join_url}/host#key={opened.host_key}",
            "host_key": opened.host_key,
        },
        status=201,
    )
    response.headers["Location"] = f"/api/rooms/{code}"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
async def room(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody with the code may see the room's title and its phase (open, locked, closed)."""
    try:
        card = await find_card(request, code)
    except ApiError as error:
        return error.response()
    response = JsonResponse({"code": card.code, "title": card.title, "phase": card.phase})
    response.headers["Cache-Control"] = "no-store"
    return response


def _json_object(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object. Raises `ApiError`."""
    if request.content_type != "application/json":
        raise ApiError(415, "not_json", _("Expected Content-Type: application/json."))
    too_large = ApiError(413, "too_large", _("Expected at most 16 kB."))
    try:
        if int(request.headers.get("Content-Length") or 0) > BODY_BYTES:
            raise too_large
        body = request.body
    except (RequestDataTooBig, ValueError):
        raise too_large from None
    if len(body) > BODY_BYTES:
        raise too_large
    not_an_object = ApiError(400, "not_json", _("Expected one JSON object."))
    try:
        found = json.loads(body.decode("utf-8") or "{}")
    except (ValueError, RecursionError):
        raise not_an_object from None
    if not isinstance(found, dict):
        raise not_an_object
    return found


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `create_for`. Raises `BadRoom` for an unknown field or a wrong type."""
    for name, value in body.items():
        if name not in _FIELDS:
            raise BadRoom(name[:40], _("There's no such field."))
        expected, message = _FIELDS[name]
        # Not isinstance, which would take true for a number.
        if type(value) is not expected:
            raise BadRoom(name, str(message))
    if "view" in body:
        body["view"] = _view(body["view"])
    return body


def _view(view: dict[str, Any]) -> Surface:
    for name in view:
        if name not in _VIEW_LIMITS:
            raise BadRoom(f"view.{name[:40]}", _("There's no such field."))
    for name, (least, most) in _VIEW_LIMITS.items():
        value = view.get(name)
        if type(value) not in (int, float) or value is None or not least <= value <= most:
            raise BadRoom(
                f"view.{name}",
                _("Expected a number from %(least)d to %(most)d.") % {"least": least, "most": most},
            )
    return Surface(**{name: float(view[name]) for name in _VIEW_LIMITS})
