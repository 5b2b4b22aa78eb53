"""Websocket frames as bytes (RFC 6455, section 5.2)."""

from __future__ import annotations

TEXT = 0x81  # FIN and opcode 1
BINARY = 0x82  # FIN and opcode 2


def server_frame(kind: int, payload: bytes) -> bytes:
    """Return the server's frame of that kind: unmasked, one fragment. TEXT must be UTF-8."""
    size = len(payload)
    if size < 126:
        header = bytes((kind, size))
    elif size < 65536:
        header = bytes((kind, 126)) + size.to_bytes(2, "big")
    else:
        header = bytes((kind, 127)) + size.to_bytes(8, "big")
    return header + payload


def short_text(data: bytes, at: int) -> tuple[bytes, int] | None:
    """Read a client's short text frame at `at`: its payload, and where the next frame begins.

    The frame must be final, masked, complete, and under 126 bytes. For anything
    else, valid or not, the result is None.
    """
    start = at + 6
    if len(data) < start or data[at] != TEXT:
        return None
    size = data[at + 1] - 128  # the mask bit, which clients must set
    end = start + size
    if not 0 <= size < 126 or end > len(data):
        return None
    # One wide XOR: Python has nothing faster for bytes.
    key = (data[at + 2 : start] * 32)[:size]
    payload = int.from_bytes(data[start:end], "little") ^ int.from_bytes(key, "little")
    return payload.to_bytes(size, "little"), end


class Frame:
    """One message to send to many: encoded once, framed once (F2)."""

    __slots__ = ("binary", "payload", "wire")

    def __init__(self, payload: bytes, *, binary: bool = False) -> None:
        self.payload = payload
        self.binary = binary
        # The bytes for a socket, header included.
        self.wire = server_frame(BINARY if binary else TEXT, payload)
