"""Messages between processes: bounded, and sealed with the installation's secret.

Without the seal, anybody who can write to the channel layer could close rooms and
move markers. Messages are ignored that are not sealed by this installation, are
larger or stranger than any of ours, or concern a room of another epoch.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS
from mapapp.protocol.positions import MICRO

# Larger than news of the largest number of markers ever tried in one room.
BODY_BYTES = 8 * 1024 * 1024
_SEAL_BYTES = 16

Count = Annotated[int, Meta(ge=0, le=2**53)]
Latitude = Annotated[int, Meta(ge=-90 * MICRO, le=90 * MICRO)]
Longitude = Annotated[int, Meta(ge=-180 * MICRO, le=180 * MICRO)]
Name = Annotated[str, Meta(min_length=1, max_length=36)]
Text = Annotated[str, Meta(max_length=1_000)]
Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Real = Annotated[float, Meta(ge=-1e15, le=1e15)]
Value = Text | Whole | Real | bool | None


class BadMessage(ValueError):
    """The input is not a message of this installation, or not of this version."""


class RoomNews(msgspec.Struct, tag="news", array_like=True):
    """One process's news of a room; `whole`: it repeats everything that only the process knows."""

    process: Name
    sequence: Count
    room: UUID
    epoch: Name
    revision: Count
    people: Count
    screens: Count
    changes: list[tuple[Count, Name, Count, Count, dict[Name, Value], Real]]
    # Marker, grab, latitude and longitude in millionths of a degree.
    moves: list[tuple[Count, Count, Latitude, Longitude]]
    # Marker and grab, where the holder is connected to this process.
    holders_here: list[tuple[Count, Count]] = []
    whole: bool = False


class Want(msgspec.Struct, tag="want", array_like=True):
    """A process has missed something and asks for the positions of this room again."""

    process: Name
    room: UUID
    epoch: Name


class RoomPulse(msgspec.Struct, array_like=True):
    """A room's part of a heartbeat."""

    epoch: Name
    revision: Count
    sequence: Count
    people: Count
    screens: Count


class Heartbeat(msgspec.Struct, tag="heartbeat", array_like=True):
    """A sign of life of a process, with the state of its rooms."""

    process: Name
    rooms: dict[UUID, RoomPulse]


RelayMessage = RoomNews | Want | Heartbeat

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[RelayMessage] = msgspec.msgpack.Decoder(RelayMessage)


class Seal:
    """Turns messages into envelopes and back. The first of `secrets` seals, any of them opens.

    Processes whose first secrets differ still understand each other if each knows
    the other's, so that a secret can be rotated while they run.
    """

    def __init__(self, secrets: Sequence[str] = ("",)) -> None:
        self._keys = [
            hashlib.blake2b(secret.encode(), person=b"livemap relay").digest() for secret in secrets
        ]

    def wrap(self, message: RelayMessage) -> dict[str, Any]:
        """The message in the channel layer's form; Channels requires `type`."""
        body = _encoder.encode(message)
        return {
            "type": "livemap.relay",
            "process": message.process,
            "body": body,
            "seal": _seal(self._keys[0], body),
        }

    def open(self, envelope: Any) -> RelayMessage:
        """The message in an envelope. Raises `BadMessage`."""
        if not isinstance(envelope, dict):
            raise BadMessage(f"no message: {type(envelope).__name__}")
        body, seal = envelope.get("body"), envelope.get("seal")
        if not (isinstance(body, bytes) and isinstance(seal, bytes)):
            raise BadMessage("no sealed message")
        if len(body) > BODY_BYTES:
            raise BadMessage(f"{len(body)} bytes")
        if not any(hmac.compare_digest(_seal(key, body), seal) for key in self._keys):
            raise BadMessage("sealed with another SECRET_KEY")
        try:
            message = _decoder.decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise BadMessage(str(error)) from None
        if isinstance(message, RoomNews):
            _check_changes(message)
        return message


def changes_of(news: RoomNews) -> Iterable[Change]:
    """The changes in a piece of news."""
    return (Change(*fields) for fields in news.changes)


def _seal(key: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_SEAL_BYTES).digest()


def _check_changes(news: RoomNews) -> None:
    for _, kind, _, _, data, _ in news.changes:
        if kind not in CHANGE_KINDS:
            raise BadMessage(f"a change of kind {kind!r}")
        for name, most in (("lat", 90.0), ("lng", 180.0)):
            value = data.get(name, 0.0)
            if not (isinstance(value, (int, float)) and -most <= value <= most):
                raise BadMessage(f"{name} is {value!r}")
