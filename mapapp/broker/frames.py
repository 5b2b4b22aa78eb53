"""What workers and broker say to each other: frames of MessagePack, each after its length."""

from __future__ import annotations

from enum import IntEnum

import msgspec

# Larger than any message between processes (`mapapp.live.relay.messages.BODY_BYTES`).
FRAME_BYTES = 16 * 1024 * 1024
_LENGTH_BYTES = 4


class BadFrame(ValueError):
    """What has come is no frame, or one that is too large."""


class Verb(IntEnum):
    """What a frame asks for. The broker answers a subscription, once it holds, and a count."""

    SUBSCRIBE = 0
    UNSUBSCRIBE = 1
    PUBLISH = 2
    COUNT = 3


class Frame(msgspec.Struct, array_like=True, gc=False):
    """A verb and the name it is about: a group, all channels of one process, or a limit's key.

    A published frame carries a message, packed, and the one channel it is for; "" if it
    is for everybody in the group.
    """

    verb: Verb
    name: str
    channel: str = ""
    message: bytes = b""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Frame)


def packed(frame: Frame) -> bytes:
    """The bytes of a frame, with its length before them. Raises `BadFrame` if it is too large."""
    body = _encoder.encode(frame)
    if len(body) > FRAME_BYTES:
        raise BadFrame(f"{len(body)} bytes")
    return len(body).to_bytes(_LENGTH_BYTES) + body


def unpacked(data: bytes) -> Frame:
    """The frame of these bytes, as `Cutter` cuts them. Raises `BadFrame`."""
    try:
        return _decoder.decode(memoryview(data)[_LENGTH_BYTES:])
    except msgspec.MsgspecError as error:
        raise BadFrame(str(error)) from None


class Cutter:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def cut(self, data: bytes) -> list[bytes]:
        """The frames that are complete now, each with its length. Raises `BadFrame`."""
        rest = self._rest
        rest += data
        found, start = [], 0
        while len(rest) >= start + _LENGTH_BYTES:
            length = int.from_bytes(rest[start : start + _LENGTH_BYTES])
            if length > FRAME_BYTES:
                raise BadFrame(f"{length} bytes")
            end = start + _LENGTH_BYTES + length
            if len(rest) < end:
                break
            found.append(bytes(rest[start:end]))
            start = end
        del rest[:start]
        return found
