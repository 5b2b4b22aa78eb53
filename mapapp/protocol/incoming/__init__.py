"""Frames from clients, parsed into typed messages with bounds (A2).

The types are declared by family, those of changes as in `mapapp.domain.changes`;
a new family is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Union
from uuid import UUID

import msgspec
from msgspec import Struct

from mapapp.domain.changes import Operation
from mapapp.domain.fields import BadValue
from mapapp.protocol.codes import ERRORS
from mapapp.protocol.incoming import flow, keys, markers, people, plan, steering
from mapapp.protocol.incoming.declaration import ChangeMessage, Count
from mapapp.protocol.incoming.session import Hello, Look, Move, Ping

__all__ = [
    "FRAME_LIMIT",
    "HOST_FRAME_LIMIT",
    "MESSAGE_TYPES",
    "BadFrame",
    "ChangeMessage",
    "Hello",
    "Look",
    "Message",
    "Move",
    "Ping",
    "decode",
    "decode_move",
    "flow",
    "keys",
    "markers",
    "operation_of",
    "people",
    "plan",
    "steering",
]

FRAME_LIMIT = 4096  # bytes
# What a host prepares may be longer.
HOST_FRAME_LIMIT = 32_768

# For mypy; `MESSAGE_TYPES` lists the changes one by one.
Message = Hello | Move | Look | Ping | ChangeMessage

_TYPES: tuple[type[Message], ...] = (Hello, Move, Look, Ping, *ChangeMessage.__subclasses__())
MESSAGE_TYPES = {str(struct.__struct_config__.tag): struct for struct in _TYPES}


class BadFrame(Exception):
    """A frame that could not be accepted.

    `code` is one of `ERRORS`; `op` and `client` are the frame's, or 0 and None.
    """

    def __init__(
        self, code: str, message: str = "", op: int = 0, client: UUID | None = None
    ) -> None:
        self.code = code
        self.message = message or ERRORS[code]
        self.op = op
        self.client = client
        super().__init__(code)


_decode_message: Callable[[str | bytes], Message] = msgspec.json.Decoder(
    Union[_TYPES]  # noqa: UP007
).decode


# Two types, because with a single one msgspec would not require the tag.
_decode_move: Callable[[bytes], Move | Ping] = msgspec.json.Decoder(Move | Ping).decode


def decode_move(payload: bytes) -> Move | None:
    """Return the move in a frame's payload; None if it holds anything else, good or bad."""
    try:
        message = _decode_move(payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return message if type(message) is Move else None


# msgspec's reasons. They may quote the value, which can be anything, of any length.
_EXPECTATION = re.compile(r"(?P<expected>.+) - at `\$\.(?P<field>\w+)[^`]*`", re.DOTALL)
_EXPECTED_LIMIT = 100  # characters


class _Envelope(Struct):
    t: str | None = None
    op: Count = 0
    client: Any = None  # it may be the very field that is wrong

    def whose(self) -> UUID | None:
        try:
            return UUID(self.client)
        except (AttributeError, TypeError, ValueError):
            return None


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def decode(text: str | bytes, limit: int = FRAME_LIMIT) -> Message:
    """Return the message in one text frame of at most `limit` bytes.

    Raises `BadFrame`, and nothing else.
    """
    # A character is at most 4 bytes, and the bytes need counting only near the limit.
    if len(text) > limit or (
        isinstance(text, str)
        and len(text) > limit // 4
        and len(text.encode("utf-8", "surrogatepass")) > limit
    ):
        raise BadFrame("too_large", f"A frame holds at most {limit} bytes.")
    try:
        return _decode_message(text)
    except msgspec.ValidationError as error:
        raise _explain(text, str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame("not_json") from None


def operation_of(message: ChangeMessage) -> Operation:
    """The operation that a message asks for. Raises `BadFrame` for a field of an activity."""
    try:
        return message.operation()
    except BadValue as bad:
        sentence = f"activity.{bad.field}: {bad.message}"
        raise BadFrame("bad_field", sentence, message.op, message.client) from None


def _explain(text: str | bytes, reason: str) -> BadFrame:
    """Turn msgspec's reason into ours: the field, and the value expected there."""
    try:
        envelope = _decode_envelope(text)
    except msgspec.ValidationError:
        if reason.startswith("Expected `object`"):
            return BadFrame("not_json")
        envelope = _Envelope()
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # msgspec found a wrong field first, but the rest is not JSON.
        return BadFrame("not_json")
    if reason.startswith("Invalid value") or "missing required field `t`" in reason:
        return BadFrame("unknown_type")
    if missing := re.search(r"missing required field `(\w+)`", reason):
        sentence = f"{missing[1]}: this field is missing."
    elif found := _EXPECTATION.fullmatch(reason):
        expected = found["expected"].replace("`", "")
        if len(expected) > _EXPECTED_LIMIT:
            expected = f"{expected[:_EXPECTED_LIMIT]}…"
        sentence = f"{found['field']}: {expected[0].lower()}{expected[1:]}."
    else:
        return BadFrame("not_json" if "Expected `object`" in reason else "bad_field")
    return BadFrame("bad_field", sentence, envelope.op, envelope.whose())
