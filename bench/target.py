"""The server under load, or a peer to compare it with: a real process on a core of its own."""

from __future__ import annotations

import json
import os
import socket
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench.machine import Cores, busy_seconds, pinned
from testkit.server import ServerProcess, prepare_once
from testkit.services import LOOPBACK, ROOT, Service

# All the load comes from one address, which a crowd in the open does not.
_ENVIRONMENT = {
    "NEW_PEOPLE_AT_ONCE": "1000000",
    "MAX_SCREENS_PER_ROOM": "1000000",
    "MAX_SCREENS_PER_ADDRESS": "1000000",
    "MAX_STORED_PEOPLE_PER_ROOM": "1000000",
    "MAX_SHARED_MARKERS_PER_PERSON": "1000000",
    "MAX_CONNECTIONS_PER_ADDRESS": "1000000",
    "MAX_PEOPLE_PER_ROOM": "1000000",
    "MAX_MARKERS_PER_ROOM": "1000000",
    "ROOM_CREATION_PER_MINUTE": "1000000",
}


class Running:
    """Processes on the server's core, with their total cost."""

    def __init__(self, services: Sequence[Service], core: int) -> None:
        self._services = services
        self._core = core
        self._processes = [psutil.Process(service.process.pid) for service in services]

    @staticmethod
    def together(members: Sequence[Running]) -> Running:
        """Several of them, measured as one."""
        services = [service for member in members for service in member._services]
        return Running(services, members[0]._core)

    def cpu_seconds(self) -> float:
        """The CPU time of these processes and their children, in user space and in the kernel."""
        return sum(_cpu_seconds(process) for process in self._processes)

    def others_seconds(self) -> float:
        """CPU that their core has spent on anything else so far: what spoils a measurement."""
        return busy_seconds(self._core) - self.cpu_seconds()

    def memory_bytes(self) -> int:
        """Their resident memory."""
        return sum(process.memory_info().rss for process in self._processes)


# What a phone gets in a second at most, unless a measurement lifts it: the product's default.
PHONE_BYTES = 24_000


class Target(Running):
    """This project's own server."""

    def __init__(self, server: ServerProcess, core: int) -> None:
        super().__init__([server], core)
        self._server = server

    @property
    def site(self) -> str:
        """Where it answers http, without a slash at the end."""
        return self._server.url

    @property
    def pid(self) -> int:
        """Its process."""
        return self._server.process.pid

    def wait_workers(self, count: int) -> None:
        """Wait until this many of its workers listen."""
        self._server.wait_workers(count)

    def create_room(self, **fields: Any) -> str:
        """Open a room as anybody would, and return the address of its socket."""
        return self.open_room(**fields)[0]

    def open_room(self, **fields: Any) -> tuple[str, str]:
        """As `create_room`, with the host key."""
        request = urllib.request.Request(
            f"{self._server.url}/api/rooms",
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            opened = json.load(answer)
        return self._address(opened["code"]), opened["host_key"]

    def also(self, room: str) -> str:
        """The address here of a room that was opened at another process of the installation."""
        return self._address(room.rpartition("/")[2])

    def _address(self, code: str) -> str:
        return f"{self._server.websocket_url}/ws/{code}"


class Peer(Running):
    """Another server, which listens on a port of loopback."""

    def __init__(self, process: PeerProcess, core: int) -> None:
        super().__init__([process], core)
        self.websocket_url = f"ws://{LOOPBACK}:{process.port}"


class PeerProcess(Service):
    """A command that serves on the port that it is told by `--port`."""

    def __init__(self, folder: Path, command: Sequence[str], env: Mapping[str, str]) -> None:
        super().__init__(folder, "peer")
        self._command = [*command, "--port", str(self.port)]
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1", **env}

    def start(self) -> None:
        """Start it and return when it accepts connections."""
        self.process.spawn(self._command, cwd=ROOT, env=self._env)
        self._wait_ready(self._accepts, deadline=30)

    def _accepts(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=5).close()
        except OSError:
            return False
        return True


class Workshop:
    """Starts servers, each in a fresh folder below `folder`; the load runs on `cores.load`."""

    def __init__(self, folder: Path) -> None:
        self.cores = Cores.choose()
        self._folder = folder
        self._static_files = prepare_once()
        self._count = 0

    @contextmanager
    def server(self, phone_bytes: int = 0, **settings: str) -> Iterator[Target]:
        """One server with the embedded defaults: SQLite and the in-memory layer.

        `phone_bytes` is what a phone may get in a second; 0: as much as there is.
        """
        server = ServerProcess(
            self.fresh_folder("server"),
            {**_ENVIRONMENT, "PHONE_BYTES_PER_SECOND": str(phone_bytes), **settings},
            static_files=self._static_files,
        )
        with pinned(self.cores.server):
            server.start()
        try:
            yield Target(server, self.cores.server)
            server.assert_clean_log()
        finally:
            server.stop()

    @contextmanager
    def peer(self, command: Sequence[str], **env: str) -> Iterator[Peer]:
        """Any other server, started with `--port` and `env` on the core that ours would have."""
        process = PeerProcess(self.fresh_folder("peer"), command, env)
        with pinned(self.cores.server):
            process.start()
        try:
            yield Peer(process, self.cores.server)
        finally:
            process.stop()

    def fresh_folder(self, name: str) -> Path:
        """A folder that nothing has been in, for a service that is started."""
        self._count += 1
        return self._folder / f"{name}-{self._count}"


def _cpu_seconds(process: psutil.Process) -> float:
    """The CPU time of a process and its descendants; ended ones count with their parents."""
    used = sum(process.cpu_times()[:4])
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:4])
    return used
