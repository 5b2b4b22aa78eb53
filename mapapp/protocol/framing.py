"""Server-to-client websocket frames as bytes (RFC 6455, section 5.2): unmasked, one fragment."""

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
