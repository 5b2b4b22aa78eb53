"""Daphne's periodic looks at its connections, made to last whatever happens.

Daphne plans each look at the end of the one before, so an exception about one
connection would be the last look at any: no pings, no timeouts, nothing tidied
up. And it measures how long things take by the wall clock: put back by a day,
it sends no pings for a day.
"""

from __future__ import annotations

import mapapp.server.event_loop  # isort: skip  # noqa: F401  before anything of Twisted

import asyncio  # isort: skip
import logging  # isort: skip
import time  # isort: skip
from types import SimpleNamespace  # isort: skip
from typing import Any  # isort: skip

from daphne import http_protocol, ws_protocol  # isort: skip
from daphne import server as daphne_server  # isort: skip
from twisted.internet import reactor as twisted_reactor  # isort: skip

logger = logging.getLogger(__name__)

reactor: Any = twisted_reactor

APPLICATIONS_SECONDS, TIMEOUTS_SECONDS = 1.0, 2.0

# These modules take the difference of two times, and nothing else of the clock.
for _module in (daphne_server, http_protocol, ws_protocol):
    vars(_module)["time"] = SimpleNamespace(time=time.monotonic)


class CheckedServer(daphne_server.Server):
    """Daphne's server, whose looks at one connection are apart from those at the others."""

    def timeout_checker(self) -> None:
        """Ping, and end what has timed out."""
        for protocol, details in list(self.connections.items()):
            if details.get("given_up"):
                continue
            try:
                protocol.check_timeouts()
            except Exception:
                _give_up(protocol, details, "Could not ping a connection, or end it in time")
        reactor.callLater(TIMEOUTS_SECONDS, self.timeout_checker)

    def application_checker(self) -> None:
        """Tidy up after applications that have ended, and end those whose client has long gone."""
        for protocol, details in list(self.connections.items()):
            try:
                self._check_application(protocol, details)
            except Exception:
                _give_up(protocol, details, "Could not tidy up after a connection")
        reactor.callLater(APPLICATIONS_SECONDS, self.application_checker)

    def _check_application(self, protocol: Any, details: dict[str, Any]) -> None:
        application: asyncio.Future[Any] | None = details.get("application_instance")
        disconnected: float | None = details.get("disconnected")
        if application is not None and application.done():
            details.pop("application_instance")
            error = None if application.cancelled() else application.exception()
            if error is not None:
                logger.error("A connection's application failed", exc_info=error)
                if disconnected is None:
                    protocol.handle_exception(error)
        elif application is not None and disconnected is not None:
            if time.monotonic() - disconnected > self.application_close_timeout:
                logger.warning("%r took too long to end, and was cancelled", application)
                application.cancel()
            return
        if disconnected is not None:
            self.connections.pop(protocol, None)


def _give_up(protocol: Any, details: dict[str, Any], what: str) -> None:
    """Say once what went wrong with a connection, cut it, and ping it no more."""
    logger.exception(what)
    details["given_up"] = True
    try:
        protocol.transport.abortConnection()
    except Exception:
        logger.debug("It could not be cut either", exc_info=True)
