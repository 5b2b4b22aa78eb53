"""Requests whose client goes away before the answer."""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.typing import ASGI3Application


class AnsweredToTheEnd:
    """Wraps Django: once a request is complete, its client's departure is not reported.

    Django waits for the disconnect in a task of its own, which then raises. If the
    request is cancelled at the same moment, as on a server that is behind by
    seconds, nobody retrieves that exception, and asyncio logs a traceback for each
    client. Django gains little from the news: an answer takes milliseconds, its
    changes are stored all the same, and the server drops an answer without a reader.
    """

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        complete = False
        forever: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def receive_request() -> Any:
            nonlocal complete
            if complete:
                return await forever
            message = await receive()
            complete = message["type"] == "http.request" and not message.get("more_body", False)
            return message

        try:
            await self._application(scope, receive_request, send)
        finally:
            forever.cancel()  # or Django's task would wait on after its request has ended
