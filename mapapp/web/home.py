"""The home page: start a shared map, or join one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from mapapp.rooms.creation import DEFAULT_QUESTION, BadRoom
from mapapp.rooms.permission import NotAllowed
from mapapp.runtime import runtime_of
from mapapp.web.errors import error_page
from mapapp.web.shell import serve_shell


@require_http_methods(["GET", "HEAD", "POST"])
async def home(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return await _open(request)
    typed = request.GET.get("code")
    if typed is not None:
        return _join(typed)
    return serve_shell(request, "mapapp/home.html")


def _join(typed: str) -> HttpResponse:
    """The code field, for a browser without JavaScript."""
    code = "".join(char for char in typed[:40] if char in "0123456789")
    if len(code) == 6:
        return HttpResponseRedirect(f"/{code}")
    return error_page("mapapp/errors/no_room.html", 404)


async def _open(request: HttpRequest) -> HttpResponse:
    """The form, for a browser without JavaScript; with it, the page uses the JSON API."""
    try:
        question = request.POST.get("question")
        rules = request.POST.get("rules", "own")
        markers_each = _number(request.POST.get("markers_each", "1"))
        anyone_adds = "anyone_adds" in request.POST
    except (OSError, ValueError):
        question, rules, markers_each, anyone_adds = None, "", 1, False
    try:
        opened = await runtime_of(request).permission.create_for(
            request,
            question=question,
            rules=rules,
            markers_each=markers_each,
            anyone_adds=anyone_adds,
        )
    except BadRoom as error:
        return _again(400, question, error.message)
    except NotAllowed as error:
        response = _again(error.status, question, error.message)
        if error.retry_seconds:
            response.headers["Retry-After"] = str(error.retry_seconds)
        return response
    # 303 makes the browser GET the screen. The key stays in the fragment.
    code = opened.room.code
    response = HttpResponse(status=303)
    response.headers["Location"] = f"/{code}/screen#key={opened.host_key}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int:
    """The number in this text; 0 for any other text, which `create_for` refuses."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _again(status: int, question: str | None, message: str) -> HttpResponse:
    return error_page(
        "mapapp/home.html", status, question=question or DEFAULT_QUESTION, form_error=message
    )
