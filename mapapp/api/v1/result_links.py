"""Links to a room's results: hosts make and revoke them, whoever has one reads."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mapapp.api.errors import ApiError
from mapapp.api.v1.asking import find_card, find_host, private_json, unavailable
from mapapp.domain.results.summary import NoResult
from mapapp.rooms.result_links import (
    count_result_links,
    new_result_link,
    revoke_result_links,
    room_of_link,
)
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address
from mapapp.storage.sql.values import datetime_of


@require_http_methods(["GET", "POST", "DELETE"])
async def result_links(request: HttpRequest, code: str) -> HttpResponse:
    """Make a link (POST), count those that work (GET), or revoke all of them (DELETE)."""
    runtime = runtime_of(request)
    run = runtime.requests.run
    try:
        await find_card(request, code)
        host = await find_host(request, code, even_closed=True)
        if request.method == "GET":
            return private_json({"links": await run(count_result_links, host.room)})
        if request.method == "DELETE":
            revoked = await run(revoke_result_links, host.room)
            return private_json({"revoked": revoked})
        if not runtime.exports.take(str(host.room)):
            raise ApiError(
                429,
                "too_many_exports",
                _("Too many downloads. Please try again in a moment."),
                retry_seconds=runtime.exports.retry_seconds(str(host.room)),
            )
        token = await run(new_result_link, host.room, datetime_of(runtime.time.now()))
    except ApiError as error:
        return error.response()
    except DatabaseError:
        return unavailable().response()
    site = runtime.join_links.join_site(request)
    return private_json({"url": f"{site}/results/{token}"}, status=201)


@require_safe
async def shared_results(request: HttpRequest, token: str) -> HttpResponse:
    """What is behind a link: each activity that the audience may see, with its result."""
    runtime = runtime_of(request)
    # A page of thirty people in one room asks once for each; a script is slowed down.
    if not runtime.searches.take(request_address(request)):
        message = _("Too many attempts. Please try again in a minute.")
        return ApiError(429, "too_many_codes", message, retry_seconds=60).response()
    now = datetime_of(runtime.time.now())
    try:
        room = await runtime.requests.run(room_of_link, token, now)
        found = None if room is None else await runtime.shared_results.of(room, now)
    except (DatabaseError, NoResult):
        return unavailable().response()
    if found is None:
        message = _("This link does not work any more.")
        return ApiError(404, "no_link", message).response()
    response = HttpResponse(found, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
