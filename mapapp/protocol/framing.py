"""Websocket frames as bytes (RFC 6455, section 5.2)."""

from __future__ import annotations

TEXT = 0x81  # FIN and opcode 1


def text_frame(payload: bytes) -> bytes:
    """Return the frame that carries `payload`, which must be UTF-8."""
    size = len(payload)
    if size < 126:
        header = bytes((TEXT, size))
    elif size < 65536:
        header = bytes((TEXT, 126)) + size.to_bytes(2, "big")
    else:
        header = bytes((TEXT, 127)) + size.to_bytes(8, "big")
    return header + payload


def short_text(data: bytes, at: int) -> tuple[bytes, int] | None:
    """Read a short text frame of a client at `at`: its payload, and where the next frame begins.

    Short and ordinary: final, masked, under 126 bytes, all of it there. For
    anything else the answer is None, and nothing is said about it.
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

    __slots__ = ("_wire", "payload")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        """The bytes for a socket, header included."""
        if self._wire is None:
            self._wire = text_frame(self.payload)
        return self._wire
