"""The server under load: a real process on a core of its own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.machine import Cores, busy_seconds, pinned
from tests.services import ServerProcess, collect_static_files

# All the load comes from one address, which a crowd in the open does not.
_ENVIRONMENT = {
    "MAX_CONNECTIONS_PER_ADDRESS": "1000000",
    "MAX_PEOPLE_PER_ROOM": "1000000",
    "MAX_MARKERS_PER_ROOM": "1000000",
    "ROOM_CREATION_PER_MINUTE": "1000000",
}


class Target:
    """A running server, and what it costs."""

    def __init__(self, server: ServerProcess, core: int) -> None:
        self._server = server
        self._core = core
        self._process = psutil.Process(server.process.pid)

    def open_room(self, **fields: Any) -> str:
        """Open a room as anybody would, and return the address of its socket."""
        request = urllib.request.Request(
            f"{self._server.url}/api/rooms",
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return f"{self._server.websocket_url}/ws/{json.load(answer)['code']}"

    def cpu_seconds(self) -> float:
        """CPU that it has used so far, in user space and in the kernel."""
        times = self._process.cpu_times()
        return times.user + times.system

    def others_seconds(self) -> float:
        """CPU that its core has spent on anything else so far: what spoils a measurement."""
        return busy_seconds(self._core) - self.cpu_seconds()

    def memory_bytes(self) -> int:
        """Its resident memory."""
        return self._process.memory_info().rss


class Workshop:
    """Starts servers, each in a fresh folder below `folder`; the load runs on `cores.load`."""

    def __init__(self, folder: Path) -> None:
        self.cores = Cores.choose()
        self._folder = folder
        self._static_files = collect_static_files(folder / "static")
        self._count = 0

    @contextmanager
    def server(self, phone_bytes: int = 0, **settings: str) -> Iterator[Target]:
        """One server with the embedded defaults: SQLite and the in-memory layer.

        `phone_bytes` is what a phone may get in a second; 0: as much as there is.
        """
        self._count += 1
        server = ServerProcess(
            self._folder / f"server-{self._count}",
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
