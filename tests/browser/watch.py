"""Notes whatever the pages of one browser complain about."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# The browser's own word for a request that it gave up because its page went away.
GIVEN_UP = "net::ERR_ABORTED"


class Watch:
    """The console, uncaught errors and failed requests of all pages of a context.

    A test names beforehand what cannot be avoided (a browser logs every
    websocket that it cannot open); all the rest fails it.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def expect(self, *patterns: str) -> None:
        """Complaints in which one of these regular expressions is found are no surprise."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    @property
    def surprises(self) -> list[str]:
        """What nobody expected, in the order in which it came."""
        return [
            complaint
            for complaint in self._complaints
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self._complaints.append(f"console {message.type}: {message.text} ({where})")

    def _on_error(self, error: WebError) -> None:
        self._complaints.append(f"uncaught: {error.error}")

    def _on_failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self._complaints.append(f"failed: {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._complaints.append(f"answered {response.status}: {response.url}")
