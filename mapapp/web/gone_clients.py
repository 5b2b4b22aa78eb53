"""Requests whose client goes away before it is answered."""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.typing import ASGI3Application


class AnsweredToTheEnd:
    """In front of Django: once a request is complete, nobody tells it that the client has gone.

    Django waits for that in a task of its own, which then raises. Where the
    request is cancelled at the same moment, as of a server that is behind by
    seconds, nobody looks at that task, and asyncio logs its traceback for each
    client. The news is worth little here: an answer takes milliseconds, what it
    stores is stored all the same, and the server drops what nobody reads.
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
            forever.cancel()  # or Django's task waits on when it has been left alone
