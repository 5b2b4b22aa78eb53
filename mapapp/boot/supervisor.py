"""Workers: starts them, ends them, and starts one again that has died."""

from __future__ import annotations

# Before any loop is made.
import mapapp.server.event_loop  # isort: skip  # noqa: F401

import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.conf import settings

from mapapp.broker.broker import Broker, listen_at
from mapapp.server.addresses import check_can_listen
from mapapp.server.shared_port import SPREADS, listen_on
from mapapp.server.worker_line import SIGN_SECONDS, SIGNS_MISSED

logger = logging.getLogger(__name__)

# A worker that has lived for this long is started again at once, in seconds. One that dies
# sooner, and then again, has to wait: at first the shorter of these, then twice as long.
_STEADY_SECONDS = 10.0
_PAUSE_SECONDS = (0.5, 30.0)
# So many starts in a row may fail at all workers, once one of them has served.
_FAILED_STARTS = 5
# What a worker needs to end beyond DRAIN_SECONDS, with room to spare.
_END_SECONDS = 12.0
# The longest path of a Unix socket that every system takes.
_PATH_BYTES = 100


class Supervisor:
    """Keeps `count` processes of `command` alive until a signal ends them all.

    Each gets the number of the worker and one end of a socket pair as its standard input
    (`mapapp.server.worker_line`): it says there that it serves and lives, and ends when
    the pair breaks, because this process has died. One that serves and then gives no
    sign of life for half a minute hangs, and is killed: the system would go on to give
    it connections. `files` are open files that it inherits.
    `on_ready` is called once, when the first of them serves.
    """

    def __init__(
        self,
        count: int,
        command: Sequence[str],
        *,
        env: dict[str, str],
        files: Sequence[int] = (),
        on_ready: Callable[[], None] = lambda: None,
        end_seconds: float = _END_SECONDS,
    ) -> None:
        self._count = count
        self._command = command
        self._env = env
        self._files = files
        self._on_ready = on_ready
        self._end_seconds = end_seconds
        self._alive: dict[int, Process] = {}
        self._serving: set[int] = set()
        # Of each worker, how many of its starts have failed since it last served.
        self._failed = dict.fromkeys(range(1, count + 1), 0)
        self._has_served = False
        self._ending = asyncio.Event()
        self._given_up = False

    async def run(self) -> bool:
        """Until SIGTERM, SIGINT or SIGHUP; False if no worker can be started."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.end)
        async with asyncio.TaskGroup() as group:
            for worker in self._failed:
                group.create_task(self._keep(worker))
        return not self._given_up

    def end(self) -> None:
        """Tell all workers to end, as a deploy does. A second time changes nothing."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._tell(signal.SIGTERM)
        asyncio.get_running_loop().call_later(self._end_seconds, self._tell, signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for process in self._alive.values():
            with suppress(ProcessLookupError):
                process.send_signal(number)

    async def _keep(self, worker: int) -> None:
        loop = asyncio.get_running_loop()
        hasty = 0
        while not self._ending.is_set():
            began = loop.time()
            why = await self._live(worker)
            if self._ending.is_set():
                return
            hasty = 0 if loop.time() - began >= _STEADY_SECONDS else hasty + 1
            if self._none_starts():
                logger.error("Worker %d %s, and no other serves.", worker, why)
                self._given_up = True
                self.end()
                return
            pause = _pause(hasty)
            again = f"in {pause:g} s" if pause else "at once"
            logger.warning("Worker %d %s. It is started again %s.", worker, why, again)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    async def _live(self, worker: int) -> str:
        """One life of a worker; returns how it ended, for the log."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=theirs.fileno(),
                    env=self._env | {"LIVEMAP_WORKER": str(worker)},
                    pass_fds=self._files,
                    # Ctrl+C is for this process, which then ends them.
                    start_new_session=True,
                )
            except OSError as error:
                self._failed[worker] += 1
                return f"cannot be started: {error}"
            theirs.close()
            self._alive[worker] = process
            try:
                if self._ending.is_set():
                    process.terminate()
                if await _sign(ours):
                    self._serves(worker)
                    await self._watch(worker, process, ours)
                else:
                    self._failed[worker] += 1
                status = await process.wait()
            finally:
                del self._alive[worker]
                self._serving.discard(worker)
        return f"(process {process.pid}) {_ended(status)}"

    def _serves(self, worker: int) -> None:
        self._failed[worker] = 0
        self._serving.add(worker)
        if not self._has_served:
            self._has_served = True
            self._on_ready()

    async def _watch(self, worker: int, process: Process, line: socket.socket) -> None:
        """Return when a worker has ended; kill it if it hangs."""
        loop = asyncio.get_running_loop()
        # Counted, because this process may have been stopped together with all others.
        missed = 0

        def look() -> None:
            nonlocal missed
            missed += 1
            if missed > SIGNS_MISSED:
                logger.warning("Worker %d (process %d) hangs, and is killed.", worker, process.pid)
                with suppress(ProcessLookupError):
                    process.kill()
            else:
                timers.append(loop.call_later(SIGN_SECONDS, look))

        timers = deque([loop.call_later(SIGN_SECONDS, look)], maxlen=1)
        try:
            # Never under a timeout: a sign that came as it ran out would be lost, and with
            # the same time between signs as between looks the next ones as well.
            while await _sign(line):
                missed = 0
        finally:
            timers[0].cancel()

    def _none_starts(self) -> bool:
        """Whether it is time to give up, so that whoever has started this process learns of it."""
        most = _FAILED_STARTS if self._has_served else 1
        return not self._serving and min(self._failed.values()) >= most


def supervise(
    host: str, port: int, *, count: int, lock: int | None, on_ready: Callable[[], None]
) -> bool:
    """Serve a port with `count` workers until a signal ends them; False if none can start.

    `lock` is the open file that says that this data is in use: workers inherit it, so that
    it is locked until the last of them has ended, even if this process is killed. Raises
    `CannotListen` and `OSError`.
    """
    check_can_listen(host, port)
    with ExitStack() as stack:
        env = dict(os.environ)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve_worker"]
        files = [] if lock is None else [lock]
        if not SPREADS:
            listener = listen_on(host, port, beside_others=False)
            stack.enter_context(listener)
            files.append(listener.fileno())
            command.append(f"--listener={listener.fileno()}")
        between = None
        if not settings.REDIS_URL:
            between = stack.enter_context(_broker_socket())
            env["LIVEMAP_BROKER"] = str(between.getsockname())

        async def run() -> bool:
            broker = Broker()
            if between is not None:
                await broker.listen(between)
            supervisor = Supervisor(
                count,
                command,
                env=env,
                files=files,
                on_ready=on_ready,
                end_seconds=settings.DRAIN_SECONDS + _END_SECONDS,
            )
            try:
                return await supervisor.run()
            finally:
                await broker.close()

        return asyncio.run(run())


@contextmanager
def _broker_socket() -> Iterator[socket.socket]:
    """A socket for the broker, in a folder of this user alone, until the block ends.

    In the data folder, where no one tidies up, unless its path is too long or its file
    system has no sockets. Raises `OSError`.
    """
    with ExitStack() as stack:
        path = Path(settings.DATA_DIR) / "broker" / "socket"
        try:
            if len(os.fsencode(path)) > _PATH_BYTES:
                raise OSError("the path is too long for a socket")
            path.parent.mkdir(mode=0o700, exist_ok=True)
            listener = listen_at(path)
        except OSError:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="livemap-"))
            path = Path(folder) / "socket"
            listener = listen_at(path)
        stack.callback(path.unlink, missing_ok=True)
        yield stack.enter_context(listener)


async def _sign(line: socket.socket) -> bool:
    """The next sign of life of a worker; False if it has ended."""
    try:
        return bool(await asyncio.get_running_loop().sock_recv(line, 64))
    except OSError:
        return False


def _pause(hasty: int) -> float:
    """Seconds before the next start, after this many lives in a row that were short."""
    shortest, longest = _PAUSE_SECONDS
    return 0.0 if hasty <= 1 else min(shortest * 2.0 ** (hasty - 2), longest)


def _ended(status: int) -> str:
    if status >= 0:
        return f"has ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"
