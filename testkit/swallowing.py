"""A line to a server that can go dead silently, or lead to another server later."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from testkit.services import LOOPBACK


class Line:
    """Forwards TCP connections from `port` to `target`.

    While `dead`, nothing passes and nothing is refused: connections are accepted
    and their data disappears, as on a network that drops packets. A connection
    that was dead while data was under way stays dead, because TCP may have given
    up by then; new connections work again at once.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._dead = threading.Event()
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def die(self) -> None:
        self._dead.set()

    def heal(self) -> None:
        self._dead.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._sockets.append(near)
                if self._dead.is_set():
                    continue  # taken, and never answered
                try:
                    far = socket.create_connection((LOOPBACK, self.target))
                except OSError:
                    near.close()
                    continue
                self._sockets.append(far)
                lost = threading.Event()
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._forward, args=(source, sink, lost), daemon=True
                    ).start()

    def _forward(self, source: socket.socket, sink: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self._dead.is_set():
                    lost.set()
                if not lost.is_set():
                    sink.sendall(data)
            if not lost.is_set():
                sink.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._accepting.join(10)
        self._listener.close()
        for one in self._sockets:
            one.close()
