"""Our websocket frames, read by a library that knows the standard."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from websockets.frames import Frame as ReadFrame
from websockets.frames import Opcode

from mapapp.protocol.framing import Frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
def test_a_frame_carries_its_payload_whatever_its_size(size: int) -> None:
    """F2."""
    frame = Frame(b"x" * size)
    wire = frame.wire
    assert frame.wire is wire, "framed once"
    at = 0

    def read(count: int) -> Generator[None, None, bytes]:
        nonlocal at
        at += count
        return wire[at - count : at]
        yield

    reader = ReadFrame.parse(read, mask=False)
    with pytest.raises(StopIteration) as done:
        next(reader)
    parsed: ReadFrame = done.value.value
    assert (parsed.opcode, parsed.fin, len(parsed.data)) == (Opcode.TEXT, True, size)
    assert at == len(wire)
