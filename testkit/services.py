"""Real services on loopback for tests: Redis and PostgreSQL (our own server is in `server`).

Each is a process of its own on a free port with its files in a temporary folder;
none touches services that already run on the machine. Each can be stopped,
killed, paused and started again on the same port, because all of that happens
during an event. Nothing sleeps for a guessed time: every wait is for a state,
with a deadline.

Fixtures in conftest.py hand them to tests. By hand, a command can run with
fresh services around it:

    python -m testkit.services --redis --postgres -- python manage.py serve
"""

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
import redis
from psycopg import sql
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"

# Seconds between two checks of a condition that is waited for.
POLL = 0.01


class Unavailable(Exception):
    """This machine lacks the program that a service needs; the message says which."""


def wait_until(condition: Callable[[], bool], deadline: float, what: str) -> None:
    """Return as soon as `condition()` is true; TimeoutError after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {deadline} s in vain: {what}")
        time.sleep(POLL)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """One child process with its own log file.

    It gets a process group of its own, so that its children end with it.
    """

    def __init__(self, log: Path) -> None:
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None
        self._group_ended = True

    @property
    def pid(self) -> int:
        if self._child is None:
            raise RuntimeError("not started")
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def spawn(
        self,
        command: list[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        if self.running:
            raise RuntimeError(f"already running as {self.pid}")
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )
        self._group_ended = False

    def send(self, number: signal.Signals) -> None:
        """Send one signal to the process itself, not to its children."""
        if self.running:
            os.kill(self.pid, number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send one signal to the process and its descendants.

        Not through the process group, because PostgreSQL's sessions leave it.
        """
        if self.running:
            process = psutil.Process(self.pid)
            for member in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    member.send_signal(number)

    def wait(self, deadline: float) -> int:
        """Wait for the end and return the exit status (negative: ended by that signal)."""
        if self._child is None:
            raise RuntimeError("not started")
        return self._child.wait(deadline)

    def end(self, number: signal.Signals = signal.SIGTERM, deadline: float = 10) -> None:
        """End it with a signal; after the deadline, or with SIGKILL, its whole group."""
        if self._child is None:
            return
        self.send(number)
        self.send_to_all(signal.SIGCONT)  # a paused process would not notice
        try:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(deadline)
        finally:
            self.kill()

    def kill(self) -> None:
        """`kill -9`: no chance to clean up."""
        self._kill_group()
        if self._child is not None:
            self._child.wait(10)

    def _kill_group(self) -> None:
        """End the rest of the process group. Only once, because its number may be reused."""
        if self._group_ended:
            return
        self._group_ended = True
        with suppress(ProcessLookupError):  # all of it may have ended by itself
            os.killpg(self.pid, signal.SIGKILL)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Service:
    """The common part of all three: a process that can be treated badly."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.process = Process(folder / f"{name}.log")

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """End properly (SIGTERM); the port refuses connections afterwards."""
        self.process.end()

    def kill(self) -> None:
        self.process.kill()

    def pause(self) -> None:
        """Hang: connections stay open, the kernel accepts new ones, nothing answers."""
        self.process.send_to_all(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_to_all(signal.SIGCONT)

    @property
    def running(self) -> bool:
        return self.process.running

    def _wait_ready(self, is_ready: Callable[[], bool], deadline: float) -> None:
        def ready_or_dead() -> bool:
            return is_ready() or not self.process.running

        wait_until(ready_or_dead, deadline, f"{self} ready; its log:\n{self.process.log_text()}")
        if not self.process.running:
            raise RuntimeError(f"{self} ended while starting:\n{self.process.log_text()}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on port {self.port}>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class RedisServer(Service):
    """A separate Redis, in memory only: a restart empties it."""

    def __init__(
        self, folder: Path, *, arguments: tuple[str, ...] = (), sentinel: Path | None = None
    ) -> None:
        """`arguments` are its own; with the file `sentinel` it watches others (Redis Sentinel)."""
        program = shutil.which("redis-server")
        if program is None:
            raise Unavailable("redis-server is not installed")
        super().__init__(folder, "redis")
        self._program = program
        self._sentinel = [str(sentinel)] if sentinel else []
        kept = () if sentinel else ("--save", "", "--appendonly", "no")
        self._arguments = (*kept, *arguments, *(("--sentinel",) if sentinel else ()))

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        self.process.spawn(
            [
                *(self._program, *self._sentinel),
                *("--bind", LOOPBACK),
                *("--port", str(self.port)),
                *("--dir", str(self.folder)),
                *self._arguments,
            ],
            cwd=self.folder,
        )
        self._wait_ready(self._answers, deadline=10)

    def client(self, timeout: float = 5) -> "redis.Redis":
        """A client without retries, so that a test sees what the server does."""
        return redis.Redis(
            host=LOOPBACK,
            port=self.port,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        )

    def _answers(self) -> bool:
        with closing(self.client()) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


class PostgresServer(Service):
    """A separate PostgreSQL cluster.

    Writes reach the operating system at each commit, as usual, but are not
    forced to the disk (fsync=off) unless `durable`: a killed process loses
    nothing; only a power cut would, which no test here simulates. `wal` is an
    empty folder for the write-ahead log, on a disk of its own.
    """

    def __init__(self, folder: Path, *, durable: bool = False, wal: Path | None = None) -> None:
        super().__init__(folder, "postgres")
        self._wal = wal
        self._sync = "on" if durable else "off"
        self._bin = find_postgres()
        # PostgreSQL refuses to run as root.
        self._user = unprivileged_user() if os.geteuid() == 0 else None
        self._data = folder / "data"
        if self._user:
            shutil.chown(folder, self._user)
            folder.chmod(0o755)
            if wal is not None:
                shutil.chown(wal, self._user)
        self._initialise()

    def _initialise(self) -> None:
        maker = Process(self.folder / "initdb.log")
        maker.spawn(
            [
                str(self._bin / "initdb"),
                *("--pgdata", str(self._data)),
                *("--username", "postgres"),
                *("--auth", "trust"),
                *("--encoding", "UTF8"),
                *("--locale", "C.UTF-8"),
                "--no-sync",
                *(("--waldir", str(self._wal)) if self._wal else ()),
            ],
            cwd=self.folder,
            user=self._user,
        )
        if maker.wait(60) != 0:
            raise RuntimeError(f"initdb failed:\n{maker.log_text()}")

    def start(self) -> None:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": self._sync,
            "full_page_writes": self._sync,
            "max_connections": "100",
            **({"max_wal_size": "48MB", "min_wal_size": "32MB"} if self._wal else {}),
        }

        def started() -> bool:
            # After kill -9 the next start is refused until the killed one's
            # children have noticed and let go of its shared memory.
            if not self.process.running:
                self.process.spawn(
                    [
                        str(self._bin / "postgres"),
                        *("-D", str(self._data)),
                        *(
                            part
                            for key, value in settings.items()
                            for part in ("-c", f"{key}={value}")
                        ),
                    ],
                    cwd=self.folder,
                    user=self._user,
                )
            return self._answers()

        wait_until(started, 30, f"{self} ready; its log:\n{self.process.log_text()}")

    def stop(self) -> None:
        """The "fast" shutdown: sessions are cut, everything committed is kept."""
        self.process.end(signal.SIGINT)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new, empty database; yields its URL and drops it in the end."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            if not self.running:
                self.start()
            self.resume()
            self.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def follow(self, primary: "PostgresServer") -> None:
        """Become a standby of a running server, instead of an empty cluster."""
        maker = Process(self.folder / "basebackup.log")
        maker.spawn(
            [
                str(self._bin / "pg_basebackup"),
                *("--pgdata", str(self._data)),
                *("--dbname", primary.url()),
                *("--wal-method", "stream"),
                *("--checkpoint", "fast"),
                "--write-recovery-conf",
                "--no-sync",
            ],
            cwd=self.folder,
            user=self._user,
        )
        if maker.wait(60) != 0:
            raise RuntimeError(f"pg_basebackup failed:\n{maker.log_text()}")

    def promote(self) -> None:
        """Become a primary; returns once it accepts writes."""
        self.execute(sql.SQL("SELECT pg_promote(true, 60)").format())

    def execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def find_postgres() -> Path:
    """The folder with initdb and postgres. Debian keeps it out of PATH."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if not versions:
        raise Unavailable("postgresql is not installed (no initdb)")
    return versions[-1].parent


def unprivileged_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Unavailable("no unprivileged user to run postgresql as")


def find_chromium() -> str:
    """The system's Chromium, for Playwright's `executable_path`."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path is not None:
            return path
    raise Unavailable("chromium is not installed")


def main() -> int:
    """Run one command with fresh services around it and their URLs in its environment."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--redis", action="store_true", help="start a Redis, set REDIS_URL")
    parser.add_argument("--postgres", action="store_true", help="start one, set DATABASE_URL")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command given")

    env = dict(os.environ)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livemap-")))
        folder.chmod(0o755)
        try:
            if options.redis:
                env["REDIS_URL"] = stack.enter_context(RedisServer(folder / "redis")).url
            if options.postgres:
                postgres = stack.enter_context(PostgresServer(folder / "postgres"))
                env["DATABASE_URL"] = stack.enter_context(postgres.database())
        except Unavailable as error:
            print(f"left out: {error}: {' '.join(command)}")
            return 1 if os.environ.get("CI") else 0
        child = subprocess.Popen(command, env=env)
        for number in (signal.SIGINT, signal.SIGTERM):
            # The command decides how to end; the services end after it.
            signal.signal(number, lambda number, _frame: child.send_signal(number))
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
