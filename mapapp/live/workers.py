"""Threads for calls that block, and that may never return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from mapapp.domain.refusals import StoreUnavailable

T = TypeVar("T")

# A call that takes longer is given up: a database that vanished, that was stopped, or
# whose disk hangs never answers.
CALL_SECONDS = 4.0
# The longest that a call may wait for its turn behind others.
TURN_SECONDS = 8.0
# At most this many hanging threads are left behind; then no call is started until
# one of them returns.
HANGING_LIMIT = 8


class Workers:
    """At most `count` calls at a time, first come, first served, none longer than CALL_SECONDS.

    A thread whose call was given up is replaced by a new one, so that hanging
    threads do not block others. Once its call returns, `forget` is called in it, to
    close its connection.
    """

    def __init__(self, count: int, name: str, *, forget: Callable[[], None]) -> None:
        self._name = name
        self._forget = forget
        self._loop = asyncio.get_running_loop()
        self._turn = asyncio.Semaphore(count)
        self._idle: list[ThreadPoolExecutor] = []
        self._hanging = 0

    async def call(
        self, function: Callable[..., T], *args: Any, late: Callable[[T], None] | None = None
    ) -> T:
        """Call `function(*args)` in a thread.

        Raises `StoreUnavailable` if there is no answer in time. If one comes later,
        `late` is called with it.
        """
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreUnavailable(f"no turn within {TURN_SECONDS:g} s") from None
        try:
            return await self._call(function, args, late)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let the threads end; one that hangs is not waited for."""
        for thread in self._idle:
            thread.shutdown(wait=False)
        self._idle.clear()

    async def _call(
        self, function: Callable[..., T], args: tuple[Any, ...], late: Callable[[T], None] | None
    ) -> T:
        if self._hanging >= HANGING_LIMIT:
            raise StoreUnavailable(f"{self._hanging} earlier calls have not come back")
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, self._name)
        answer = self._loop.run_in_executor(thread, function, *args)
        try:
            await asyncio.wait((answer,), timeout=CALL_SECONDS)
        finally:
            if answer.done():
                self._idle.append(thread)
            else:
                self._leave_behind(thread, answer, late)
        if not answer.done():
            raise StoreUnavailable(f"no answer within {CALL_SECONDS:g} s")
        return answer.result()

    def _leave_behind(
        self,
        thread: ThreadPoolExecutor,
        answer: asyncio.Future[T],
        late: Callable[[T], None] | None,
    ) -> None:
        self._hanging += 1

        def back(answer: asyncio.Future[T]) -> None:
            self._hanging -= 1
            # An error needs no report: the call has already failed for its caller.
            if answer.exception() is None and late is not None:
                late(answer.result())

        answer.add_done_callback(back)
        thread.submit(self._forget)
        thread.shutdown(wait=False)
