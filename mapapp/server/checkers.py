"""Daphne's periodic checks of its connections, made robust against exceptions.

Daphne schedules each check at the end of the one before, so an exception about one
connection would end the checks of all: no pings, no timeouts, no clean-up. And it
measures durations by the wall clock: if that is put back by a day, it sends no
pings for a day.
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

# These modules only take differences of two times, so a monotonic clock will do.
for _module in (daphne_server, http_protocol, ws_protocol):
    vars(_module)["time"] = SimpleNamespace(time=time.monotonic)


class CheckedServer(daphne_server.Server):
    """Daphne's server, whose checks of one connection cannot disturb those of others."""

    def timeout_checker(self) -> None:
        """Send pings, and end connections that have timed out."""
        for protocol, details in list(self.connections.items()):
            if details.get("given_up"):
                continue
            try:
                protocol.check_timeouts()
            except Exception:
                _give_up(protocol, details, "Could not ping a connection, or end it in time")
        reactor.callLater(TIMEOUTS_SECONDS, self.timeout_checker)

    def application_checker(self) -> None:
        """Clean up after applications that have ended; end those whose client has long gone."""
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
    """Log once what went wrong with a connection, cut it, and stop checking it."""
    logger.exception(what)
    details["given_up"] = True
    try:
        protocol.transport.abortConnection()
    except Exception:
        logger.debug("It could not be cut either", exc_info=True)
