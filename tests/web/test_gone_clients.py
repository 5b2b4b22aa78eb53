"""A client that goes away while its request is answered is no error."""

import asyncio
import gc
from typing import Any, cast

import pytest
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler

from mapapp.web.gone_clients import AnsweredToTheEnd

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/healthz",
    "raw_path": b"/healthz",
    "root_path": "",
    "scheme": "http",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
    "client": ["127.0.0.1", 1],
    "server": ["127.0.0.1", 2],
    "asgi": {"version": "3.0"},
}
# Django closes the body, which lies in memory, only of a request that comes to its end.
body_left_open = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)
DISCONNECT = {"type": "http.disconnect"}


def part(body: bytes = b"", *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


class Cancelled(ASGIHandler):
    """Django, whose server gives a request up at the moment at which work on it begins."""

    request: asyncio.Task[None] | None = None

    async def run_get_response(self, request: Any) -> Any:
        if self.request is not None:
            self.request.cancel()
        return await super().run_get_response(request)


async def _run(
    django_application: Cancelled, *inbox: dict[str, Any], cancel: bool
) -> list[dict[str, Any]]:
    """What is sent for a request, once nothing of it runs any more."""
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    for message in inbox:
        messages.put_nowait(message)
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    application: Any = AnsweredToTheEnd(cast("Any", django_application))
    request = asyncio.create_task(application(SCOPE, messages.get, send))
    django_application.request = request if cancel else None
    await asyncio.wait([request])
    django_application.request = None
    assert request.cancelled() is cancel
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        _, waiting = await asyncio.wait(others, timeout=20)
        assert not waiting
    return sent


async def _answer(
    django_application: Cancelled, *inbox: dict[str, Any], cancel: bool = False
) -> list[dict[str, Any]]:
    """What is sent for a request; fails if anything is left behind or complained of."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: complaints.append(context["message"])
    )
    sent = await _run(django_application, *inbox, cancel=cancel)
    gc.collect()  # a task complains when it is deleted
    assert complaints == []
    return sent


@pytest.fixture
def django_application() -> Cancelled:
    get_asgi_application()  # sets Django up
    return Cancelled()


@body_left_open
async def test_a_request_that_is_given_up_after_its_client_has_gone_leaves_no_traceback(
    django_application: Cancelled,
) -> None:
    await _answer(django_application, part(), DISCONNECT, cancel=True)


@body_left_open
async def test_a_request_that_is_given_up_leaves_no_task_that_waits(
    django_application: Cancelled,
) -> None:
    await _answer(django_application, part(), cancel=True)


@pytest.mark.parametrize("parts", [[part()], [part(b"a", more=True), part(b"b")]])
async def test_a_complete_request_is_answered_to_the_end(
    django_application: Cancelled, parts: list[dict[str, Any]]
) -> None:
    start, body = await _answer(django_application, *parts, DISCONNECT)
    assert (start["status"], body["body"]) == (200, b"ok")


async def test_a_request_that_is_never_complete_is_dropped(django_application: Cancelled) -> None:
    assert await _answer(django_application, part(b"a", more=True), DISCONNECT) == []
