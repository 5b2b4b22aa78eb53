"""The least that a broadcast costs in Python: the same bytes, one `socket.send` each.

Nothing is read, nothing is encoded, nobody is slow. It sends ten times a
second, as a room with many people ticks, and ends when somebody leaves.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import select
import socket
import time

from mapapp.protocol.framing import Frame
from testkit.services import LOOPBACK

TICK_SECONDS = 0.1
BACKLOG = 1024
# RFC 6455, section 1.3.
_ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--payload", type=int, required=True, help="bytes in each frame")
    options = parser.parse_args()
    wire = Frame(bytes(options.payload), binary=True).wire
    people: list[socket.socket] = []
    due = time.monotonic()
    with socket.create_server((LOOPBACK, options.port), backlog=BACKLOG) as listener:
        while True:
            wait = due - time.monotonic()
            if wait <= 0:
                for person in people:
                    person.send(wire)
                due += TICK_SECONDS
            elif select.select([listener], [], [], wait)[0]:
                person, _ = listener.accept()
                if _shake_hands(person):
                    person.setblocking(False)
                    people.append(person)


def _shake_hands(person: socket.socket) -> bool:
    """Answer the request for a websocket; False if there is none."""
    request = b""
    while b"\r\n\r\n" not in request:
        received = person.recv(4096)
        if not received:
            return False
        request += received
    key = _KEY.search(request)
    if key is None:
        return False
    accept = base64.b64encode(hashlib.sha1(key[1] + _ACCEPT_GUID).digest())
    person.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept
    )
    return True


if __name__ == "__main__":
    main()
