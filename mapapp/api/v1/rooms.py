"""`/api/rooms`: create a room, look one up."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mapapp.api.errors import ApiError, error_json
from mapapp.api.v1.asking import find_card, find_host, private_json, unavailable
from mapapp.domain.activity import ACTIVITIES_LIMIT, Plan, read_plan
from mapapp.domain.fields import BadValue
from mapapp.domain.surface import Surface, read_view
from mapapp.rooms.creation import BadRoom
from mapapp.rooms.permission import NotAllowed
from mapapp.rooms.sessions import saved_session
from mapapp.runtime import runtime_of
from mapapp.server.origins import site_url

BODY_BYTES = 65_536

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
    "activities": (list, gettext_lazy("Expected a list of activities.")),
    # What says that a file is a saved session.
    "livemap": _WHOLE,
}
# The fields of a room with one activity, which `activities` takes the place of.
_SHORT_FORM = ("question", "rules", "markers_each", "anyone_adds", "view")


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
async def activities(request: HttpRequest, code: str) -> HttpResponse:
    """The room's title and activities, for its host: a file from which `rooms` creates another."""
    try:
        await find_card(request, code)
        host = await find_host(request, code, even_closed=True)
        saved = await runtime_of(request).requests.run(saved_session, host.room)
    except ApiError as error:
        return error.response()
    except DatabaseError:
        return unavailable().response()
    response = private_json(saved)
    response.headers["Content-Disposition"] = f'attachment; filename="session-{code}.json"'
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
    too_large = ApiError(413, "too_large", _("Expected at most 64 kB."))
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
    body.pop("livemap", None)
    if "view" in body:
        body["view"] = _view(body["view"])
    if "activities" in body:
        for name in _SHORT_FORM:
            if name in body:
                raise BadRoom(name, _("Expected either this field or activities."))
        body["activities"] = _plans(body["activities"])
    return body


def _view(view: dict[str, Any]) -> Surface:
    try:
        return read_view(view)
    except BadValue as bad:
        raise BadRoom(bad.field, bad.message) from None


def _plans(given: list[Any]) -> list[Plan]:
    if not 1 <= len(given) <= ACTIVITIES_LIMIT:
        limit = ACTIVITIES_LIMIT
        raise BadRoom("activities", _("Expected 1 to %(limit)d activities.") % {"limit": limit})
    plans = []
    for index, one in enumerate(given):
        try:
            plans.append(read_plan(one))
        except BadValue as bad:
            outer = bad.within(f"activities[{index}]")
            raise BadRoom(outer.field, outer.message) from None
    return plans
