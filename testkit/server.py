"""This project's own server for tests and benchmarks, and what all of them can share."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psutil

from testkit.services import LOOPBACK, ROOT, Service, wait_until

# A database with all tables and nothing in them, beside the collected static files.
DATABASE = "livemap.sqlite3"
# The index of places of this version, kept between runs.
PLACES = ROOT / "build" / "places"
# What servers need before they start, by version, kept between runs.
PREPARED = ROOT / "build" / "prepared"
# After this time another version's is deleted, in seconds: no run lasts as long.
_KEPT = 86_400


class ServerProcess(Service):
    """This project's own server, `python manage.py serve`, as an operator starts it.

    `env` holds the settings under test (DATABASE_URL, REDIS_URL, ...). Settings
    from the environment of the tests do not leak in: only variables that any
    program needs (PATH, HOME, ...) are passed on. The data folder is the server's
    `folder` (or DATA_DIR in `env`), and stays the same over restarts.

    `static_files` is a folder that already holds the collected static files, with a
    database beside it (`collect_static_files`); without one, each server prepares its
    own, which takes seconds.
    """

    # Variables that a process needs and that are not settings of ours.
    INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        *,
        arguments: tuple[str, ...] = (),
        static_files: Path | None = None,
    ) -> None:
        super().__init__(folder, "server")
        self.arguments = arguments
        self.env = {
            **{name: os.environ[name] for name in self.INHERITED if name in os.environ},
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            "HOST": LOOPBACK,
            "PORT": str(self.port),
            "DATA_DIR": str(folder),
            **(env or {}),
        }
        data = Path(self.env["DATA_DIR"])
        data.mkdir(parents=True, exist_ok=True)
        if static_files is not None and not (data / "staticfiles").exists():
            (data / "staticfiles").symlink_to(static_files)
            prepared = static_files.with_name(DATABASE)
            if prepared.exists() and not (data / DATABASE).exists():
                shutil.copy(prepared, data / DATABASE)
        if not (data / "places").exists():
            # Indexed once for all: it takes ten seconds, and is the same for each.
            PLACES.mkdir(parents=True, exist_ok=True)
            (data / "places").symlink_to(PLACES)

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://{LOOPBACK}:{self.port}"

    def start(self, deadline: float = 90) -> None:
        """Start it and return when /readyz answers 200."""
        self.spawn()
        self.wait_ready(deadline)

    def spawn(self) -> None:
        """Start it without waiting, for a server that is expected to refuse."""
        self.process.spawn(
            [sys.executable, "manage.py", "serve", *self.arguments], cwd=ROOT, env=self.env
        )

    def wait_ready(self, deadline: float = 90) -> None:
        self._wait_ready(lambda: self.status("/readyz") == 200, deadline)

    def workers(self) -> list[psutil.Process]:
        """The processes that serve for it now (WORKERS), whether or not they listen already."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if "serve_worker" in _command(child)]

    def wait_workers(self, count: int, deadline: float = 90) -> list[psutil.Process]:
        """Return the workers once this many of them listen."""
        wait_until(
            lambda: sum(map(_listens, self.workers())) == count, deadline, f"{count} workers listen"
        )
        return self.workers()

    def status(self, path: str) -> int | None:
        """The HTTP status of a path; None if nothing answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def terminate(self, deadline: float = 90) -> int:
        """Send SIGTERM, as a deploy does; return the exit status. Fails if it takes too long."""
        self.process.send(signal.SIGTERM)
        return self.process.wait(deadline)

    def restart(self) -> None:
        """Stop it properly if it runs, and start it again on the same port."""
        if self.running:
            self.terminate()
        self.start()

    @property
    def log(self) -> str:
        """Everything it has printed and logged so far, in all its runs."""
        return self.process.log_text()

    def assert_clean_log(self, since: int = 0) -> None:
        """Fail if the log holds a traceback or a warning of Python's or asyncio's.

        `since` is the number of characters to skip at its beginning.
        """
        signs = ("Traceback (most recent call last)", "Unhandled", "never awaited", "Warning:")
        for line in self.log[since:].splitlines():
            assert not any(sign in line for sign in signs), f"{line!r} in its log:\n{self.log}"


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


def _listens(process: psutil.Process) -> bool:
    try:
        sockets = process.net_connections("tcp")
    except psutil.Error:
        return False
    return any(one.status == psutil.CONN_LISTEN for one in sockets)


def collect_static_files(folder: Path) -> Path:
    """Collect the static files once for many servers, as `serve` does before it serves.

    A database with all tables lies beside them, of which each server gets a copy:
    to make the tables takes as long as all the rest of a start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *(sys.executable, "manage.py", "shell", "--verbosity", "0", "--command"),
            "from mapapp.boot.preparation import collect_static_files; collect_static_files();"
            "from django.core.management import call_command; call_command('migrate', verbosity=0)",
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mapapp.settings", "DATA_DIR": str(folder)},
        check=True,
    )
    return folder / "staticfiles"


def prepare_once() -> Path:
    """As `collect_static_files`, once for all runs of this version of the files.

    It takes ten seconds of a core, and a complete run has seven processes that need it.
    """
    folder = PREPARED / _version()
    PREPARED.mkdir(parents=True, exist_ok=True)
    with (PREPARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            collect_static_files(folder)
            (folder / "whole").touch()
            for other in PREPARED.glob("*/whole"):
                if time.time() - other.stat().st_mtime > _KEPT:
                    shutil.rmtree(other.parent, ignore_errors=True)
    return folder / "staticfiles"


def _version() -> str:
    """A hash of everything that decides about the static files and the tables."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted((ROOT / "static").rglob("*")):
        # The times too: a server compares them, and would collect again.
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    code = (ROOT / "mapapp").rglob("*.py")
    for path in (*sorted(code), ROOT / "requirements.txt", ROOT / "package-lock.json"):
        if {"assets", "migrations", "boot"} & {*path.parts} or path.parent in _ROOTS:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


_ROOTS = (ROOT, ROOT / "mapapp")


def index_places() -> Path:
    """The folder with the index of all places, which is made unless it is there."""
    subprocess.run(
        [sys.executable, "-m", "mapapp.places.building", str(PLACES)], cwd=ROOT, check=True
    )
    return PLACES
