"""The few threads in which requests use the database."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import OperationalError, connection

from mapapp.storage.sql.connecting import connect_with_patience

T = TypeVar("T")


class RequestWork:
    """Runs the blocking work of requests in at most `threads` threads.

    Django gives each request a thread, and so a database connection, of its
    own: four hundred phones asking for a page at once would take four hundred of
    both, and PostgreSQL has a hundred. Here they wait for each other, for the
    milliseconds that a query takes. At most `most_waiting` may wait.
    """

    def __init__(self, *, threads: int = 4, most_waiting: int = 1_000) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._threads = threads
        self._most_waiting = most_waiting
        # Running and waiting, counted in the loop's thread.
        self._there = 0

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Return what `work(*arguments)` returns, or raise what it raises.

        Raises `OperationalError`, like a database without a free connection,
        when too many wait already.
        """
        if self._there >= self._threads + self._most_waiting:
            raise OperationalError("too many requests wait for the database")
        self._there += 1
        # The language of the request comes along.
        context = contextvars.copy_context()
        begun = asyncio.get_running_loop().run_in_executor(
            self._executor, context.run, self._with_connection, work, arguments
        )
        # Not in a `finally`: a request that is cancelled leaves its work running.
        begun.add_done_callback(self._done)
        return await asyncio.shield(begun)

    def _done(self, work: asyncio.Future[T]) -> None:
        self._there -= 1
        if not work.cancelled():
            work.exception()  # retrieved even if nobody waits for it, or asyncio logs it

    def _with_connection(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        try:
            # A database that hangs takes each of these threads for some seconds, not for good.
            connect_with_patience()
            return work(*arguments)
        except OperationalError:
            connection.close()
            raise
        finally:
            # Kept for the next request only in a storm: an idle connection is one
            # less for others, and breaks unnoticed.
            if self._there <= self._threads:
                connection.close()
