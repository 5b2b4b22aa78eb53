"""Frames from clients, parsed into typed messages with bounds (A2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from mapapp.domain import operations
from mapapp.domain.keys import hash_key
from mapapp.protocol.codes import ERRORS
from mapapp.protocol.positions import MovesForm

FRAME_LIMIT = 4096  # bytes

# A host key that a client makes: as many characters as 24 random bytes in base64.
KEY_CHARACTERS = 32


Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
# Numbers and counters stay exact in every JSON reader.
Count = Annotated[int, Meta(ge=1, le=2**53 - 1)]
# 0 where there is none.
Revision = Annotated[int, Meta(ge=0, le=2**53 - 1)]
MarkerNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
PaletteIndex = Annotated[int, Meta(ge=0, le=7)]
# The exact limits, in characters after cleaning, are the domain's.
Text = Annotated[str, Meta(max_length=2000)]


class Hello(Struct, tag="hello", tag_field="t", frozen=True):
    as_: Literal["participant", "screen", "host"] = msgspec.field(name="as")
    client: UUID | None = None
    token: Annotated[str, Meta(max_length=300)] | None = None
    key: Annotated[str, Meta(max_length=100)] | None = None
    epoch: Annotated[str, Meta(max_length=16)] | None = None
    rev: Revision = 0
    moves: MovesForm = "json"
    pair: Annotated[str, Meta(max_length=100)] | None = None
    label: Text = ""


class Move(Struct, tag="move", tag_field="t", frozen=True, gc=False):
    marker: MarkerNumber
    grab: Count
    lat: Latitude
    lng: Longitude


class Look(Struct, tag="look", tag_field="t", frozen=True):
    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude


class Ping(Struct, tag="ping", tag_field="t", frozen=True):
    id: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


class ChangeMessage(Struct, frozen=True, kw_only=True):
    """What every change carries: the op id, and whose (see "Changes" in the contract)."""

    op: Count
    client: UUID | None = None

    def operation(self) -> operations.Operation:
        """Return what is asked for, in the domain's words."""
        raise NotImplementedError


class Add(ChangeMessage, tag="add", tag_field="t", frozen=True, kw_only=True):
    lat: Latitude
    lng: Longitude
    label: Text = ""
    colour: PaletteIndex | None = None
    icon: PaletteIndex = 0

    def operation(self) -> operations.Operation:
        return operations.Add(self.lat, self.lng, self.label, self.colour, self.icon)


class Grab(ChangeMessage, tag="grab", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber
    unmoved_since: Revision = 0

    def operation(self) -> operations.Operation:
        return operations.Grab(self.marker, self.unmoved_since)


class Drop(ChangeMessage, tag="drop", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber
    grab: Count
    lat: Latitude
    lng: Longitude
    unmoved_since: Revision = 0

    def operation(self) -> operations.Operation:
        return operations.Drop(self.marker, self.grab, self.lat, self.lng, self.unmoved_since)


class Place(ChangeMessage, tag="place", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber
    lat: Latitude
    lng: Longitude
    unmoved_since: Revision = 0

    def operation(self) -> operations.Operation:
        return operations.Place(self.marker, self.lat, self.lng, self.unmoved_since)


class Edit(ChangeMessage, tag="edit", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber
    label: Text | None = None
    colour: PaletteIndex | None = None
    icon: PaletteIndex | None = None

    def operation(self) -> operations.Operation:
        return operations.Edit(self.marker, self.label, self.colour, self.icon)


class Remove(ChangeMessage, tag="remove", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber

    def operation(self) -> operations.Operation:
        return operations.Remove(self.marker)


class Name(ChangeMessage, tag="name", tag_field="t", frozen=True, kw_only=True):
    name: Text

    def operation(self) -> operations.Operation:
        return operations.Name(self.name)


class Lock(ChangeMessage, tag="lock", tag_field="t", frozen=True, kw_only=True):
    def operation(self) -> operations.Operation:
        return operations.Lock()


class Unlock(ChangeMessage, tag="unlock", tag_field="t", frozen=True, kw_only=True):
    def operation(self) -> operations.Operation:
        return operations.Unlock()


class Question(ChangeMessage, tag="question", tag_field="t", frozen=True, kw_only=True):
    question: Text

    def operation(self) -> operations.Operation:
        return operations.Question(self.question)


class Ban(ChangeMessage, tag="ban", tag_field="t", frozen=True, kw_only=True):
    person: MarkerNumber

    def operation(self) -> operations.Operation:
        return operations.Ban(self.person)


class Expel(ChangeMessage, tag="expel", tag_field="t", frozen=True, kw_only=True):
    seconds: Annotated[int, Meta(ge=1, le=10**7)] | None = None
    like: MarkerNumber | None = None

    def operation(self) -> operations.Operation:
        return operations.Expel(self.seconds or 0, self.like or 0)


class Door(ChangeMessage, tag="door", tag_field="t", frozen=True, kw_only=True):
    open: bool

    def operation(self) -> operations.Operation:
        return operations.Door(self.open)


class Release(ChangeMessage, tag="release", tag_field="t", frozen=True, kw_only=True):
    marker: MarkerNumber

    def operation(self) -> operations.Operation:
        return operations.EndHold(self.marker)


class Close(ChangeMessage, tag="close", tag_field="t", frozen=True, kw_only=True):
    def operation(self) -> operations.Operation:
        return operations.Close()


class Rotate(ChangeMessage, tag="rotate", tag_field="t", frozen=True, kw_only=True):
    key: Annotated[str, Meta(min_length=KEY_CHARACTERS, max_length=100)]

    def operation(self) -> operations.Operation:
        return operations.Rotate(hash_key(self.key))


class Revoke(ChangeMessage, tag="revoke", tag_field="t", frozen=True, kw_only=True):
    key: MarkerNumber

    def operation(self) -> operations.Operation:
        return operations.Revoke(self.key)


Message = (
    Hello
    | Move
    | Look
    | Ping
    | Add
    | Grab
    | Drop
    | Place
    | Edit
    | Remove
    | Name
    | Lock
    | Unlock
    | Question
    | Ban
    | Expel
    | Door
    | Release
    | Close
    | Rotate
    | Revoke
)
MESSAGE_TYPES = frozenset(
    str(struct.__struct_config__.tag)
    for struct in (
        *(Hello, Move, Look, Ping, Add, Grab, Drop, Place, Edit),
        *(Remove, Name, Lock, Unlock, Question, Ban, Expel, Door, Release),
        *(Close, Rotate, Revoke),
    )
)


class BadFrame(Exception):
    """A frame that could not be taken.

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


_decode_message: Callable[[str | bytes], Message] = msgspec.json.Decoder(Message).decode


# Of one type alone a frame would not have to say that it is of it.
_decode_move: Callable[[bytes], Move | Ping] = msgspec.json.Decoder(Move | Ping).decode


def decode_move(payload: bytes) -> Move | None:
    """Return the move in a frame's payload; None if it holds anything else, good or bad."""
    try:
        message = _decode_move(payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return message if type(message) is Move else None


# msgspec's reasons. They may quote the value, whatever it looks like and however long it is.
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


def decode(text: str | bytes) -> Message:
    """Return the message in one text frame. Raises `BadFrame`, and nothing else."""
    # A character is at most 4 bytes, and the bytes need counting only near the limit.
    if len(text) > FRAME_LIMIT or (
        isinstance(text, str)
        and len(text) > FRAME_LIMIT // 4
        and len(text.encode("utf-8", "surrogatepass")) > FRAME_LIMIT
    ):
        raise BadFrame("too_large")
    try:
        return _decode_message(text)
    except msgspec.ValidationError as error:
        raise _explain(text, str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame("not_json") from None


def _explain(text: str | bytes, reason: str) -> BadFrame:
    """Turn msgspec's reason into ours: which field, and what is expected there."""
    try:
        envelope = _decode_envelope(text)
    except msgspec.ValidationError:
        if reason.startswith("Expected `object`"):
            return BadFrame("not_json")
        envelope = _Envelope()
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # What is wrong with a field was seen first, but the rest is no JSON.
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
