"""Our websocket frames, read by a library that knows the standard."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as ReadFrame
from websockets.frames import Opcode

from mapapp.protocol.framing import Frame, short_text


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
        yield from ()  # there is nothing to wait for
        return wire[at - count : at]

    reader = ReadFrame.parse(read, mask=False)
    with pytest.raises(StopIteration) as done:
        next(reader)
    parsed: ReadFrame = done.value.value
    assert (parsed.opcode, parsed.fin, len(parsed.data)) == (Opcode.TEXT, True, size)
    assert at == len(wire)


def masked(payload: bytes, mask: bytes) -> bytes:
    """A client's frame, written by a library that knows the standard."""
    writer = ReadFrame(Opcode.TEXT, payload)
    wire = bytearray(writer.serialize(mask=True))
    size = len(payload)
    wire[2:6] = mask
    wire[6:] = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    assert len(wire) == size + 6
    return bytes(wire)


@given(st.lists(st.tuples(st.binary(max_size=125), st.binary(min_size=4, max_size=4)), min_size=1))
def test_short_frames_of_clients_are_read_one_after_another(
    frames: list[tuple[bytes, bytes]],
) -> None:
    """F5."""
    wire = b"".join(masked(payload, mask) for payload, mask in frames)
    at = 0
    for payload, _ in frames:
        read = short_text(wire, at)
        assert read is not None
        assert read[0] == payload
        at = read[1]
    assert at == len(wire)
    assert short_text(wire, at) is None


@given(st.binary(max_size=125), st.binary(min_size=4, max_size=4), st.data())
def test_a_frame_that_is_not_all_there_is_left_alone(
    payload: bytes, mask: bytes, data: st.DataObject
) -> None:
    wire = masked(payload, mask)
    assert short_text(wire[: data.draw(st.integers(0, len(wire) - 1))], 0) is None


@pytest.mark.parametrize(
    "wire",
    [
        b"\x82\x81mask.",  # binary
        b"\x01\x81mask.",  # not final
        b"\x88\x82mask..",  # a close
        b"\x89\x80mask",  # a ping
        b"\xc1\x81mask.",  # a reserved bit
        b"\x81\x01mask.",  # not masked
        b"\x81\xfe\x00\x01mask.",  # a longer length
    ],
)
def test_any_other_frame_is_left_alone(wire: bytes) -> None:
    assert short_text(wire, 0) is None
