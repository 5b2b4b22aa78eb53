"""What the server and its calculating process say to each other: frames over pipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

import msgspec

from mapapp.domain.results.answers import Answer, Context

_LENGTH = 4  # bytes
# More than a full room needs.
_MOST = 64 * 1024 * 1024


class Request(msgspec.Struct, array_like=True, gc=False):
    """Answers to work out; what each person is told only if it is asked for (`personal`)."""

    context: Context
    answers: Sequence[Answer]
    personal: bool


class Reply(msgspec.Struct, array_like=True, gc=False):
    """Everybody's result, and the JSON of each person's own. `error` is empty if all went well.

    `seconds` is the processor time that it took; the server adds how long the results of
    other rooms had it wait.
    """

    shared: dict[str, Any] = {}
    own: Mapping[int, bytes] = {}
    error: str = ""
    seconds: float = 0.0


def read(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None at the end, also within a frame."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    if length > _MOST:
        return None
    body = pipe.read(length)
    return body if len(body) == length else None


def write(pipe: IO[bytes], body: bytes) -> None:
    """Send a frame. Raises `OSError` if nobody reads."""
    pipe.write(len(body).to_bytes(_LENGTH, "big"))
    pipe.write(body)
    pipe.flush()
