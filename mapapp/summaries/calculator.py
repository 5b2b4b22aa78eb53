"""The server's side: hands answers to the calculating process, one room at a time."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

import msgspec

from mapapp.domain.results.answers import Answer, Context
from mapapp.domain.results.summary import NoResult
from mapapp.summaries.exchange import Reply, Request, read, write

logger = logging.getLogger(__name__)

# No room needs longer on a machine that does its work; then something is wrong.
CALL_SECONDS = 20.0
# Without work for this long, the process ends and its memory is free again.
IDLE_SECONDS = 300.0
# Ticks go before results where there is one core.
_NICE = 10

_pack = msgspec.msgpack.encode
_replies = msgspec.msgpack.Decoder(Reply)


class Naming(Protocol):
    """Puts positions into words; see `mapapp.places.places.Places`."""

    def words(self, lat: float, lng: float) -> str: ...
    def near(self, lat: float, lng: float) -> str: ...


class Calculator:
    """Works out results in a process of its own, started when the first one is asked for.

    Not in a thread: a thread that calculates makes every send of the loop wait for the
    interpreter's lock, some milliseconds each time (docs/decisions/0039). `places` is
    the folder with the file of places, and `base` the one that has this program.

    >>> reply = await calculator.work_out(Context(), answers, personal=True)
    >>> reply.shared["people"], reply.own[7]
    """

    def __init__(self, base: Path, places: Path, naming: Naming) -> None:
        self._command = [sys.executable, "-m", "mapapp.summaries.worker", str(places)]
        self._base = base
        self._naming = naming
        # One thread, because there is one process: requests wait for their turn.
        self._thread = ThreadPoolExecutor(1, "results")
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = threading.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def work_out(
        self, context: Context, answers: Sequence[Answer], *, personal: bool = False
    ) -> Reply:
        """The result of these answers. Raises `NoResult`."""
        loop = asyncio.get_running_loop()
        if self._idle is not None:
            self._idle.cancel()
        request = Request(context, answers, personal)
        working = loop.run_in_executor(self._thread, self._work_out, request, time.monotonic())
        try:
            return await asyncio.wait_for(asyncio.shield(working), CALL_SECONDS)
        except TimeoutError:
            self.close()  # the thread then reads the end of the pipe
            raise NoResult(f"no answer within {CALL_SECONDS:g} s") from None
        finally:
            # Another room's request may have set one that this one has not seen.
            if self._idle is not None:
                self._idle.cancel()
            self._idle = loop.call_later(IDLE_SECONDS, self.close)

    def close(self) -> None:
        """End the process; the next request starts another."""
        with self._changing:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            # In the thread, which may be reading from it until now.
            self._thread.submit(self._leave, process)

    # --- in the thread ----------------------------------------------------------------

    def _work_out(self, request: Request, asked: float) -> Reply:
        waited = time.monotonic() - asked
        reply = _replies.decode(self._ask(_pack(request)))
        if reply.error:
            raise NoResult(reply.error)
        reply.seconds += waited
        on_map = request.context.is_map
        if (middle := reply.shared.get("middle")) is not None:
            there = middle["lat"], middle["lng"]
            middle["words"] = self._naming.words(*there) if on_map else ""
        for cluster in reply.shared.get("clusters", ()):
            there = cluster["lat"], cluster["lng"]
            cluster["words"] = self._naming.near(*there) if on_map else ""
        return reply

    def _ask(self, body: bytes) -> bytes:
        process = self._running()
        try:
            write(_pipe(process.stdin), body)
            answer = read(_pipe(process.stdout))
        except (OSError, ValueError) as error:
            self._leave(process)
            raise NoResult(f"the process that works results out has gone: {error}") from error
        if answer is None:
            self._leave(process)
            raise NoResult("the process that works results out has gone")
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        with self._changing:
            process = self._process
        if process is not None:
            if process.poll() is None:
                return process
            self._leave(process)
        try:
            process = subprocess.Popen(  # noqa: S603  nothing of it comes from outside
                self._command,
                cwd=self._base,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise NoResult(f"no process can be started: {error}") from error
        with suppress(OSError):  # it may not be asked
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        with self._changing:
            self._process = process
        return process

    def _leave(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that has gone, and reap it."""
        with self._changing:
            if self._process is process:
                self._process = None
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.0)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "it was opened with pipes"
    return pipe
