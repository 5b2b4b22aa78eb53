"""What goes over the socket between workers and broker."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.broker.frames import FRAME_BYTES, BadFrame, Cutter, Frame, Verb, packed, unpacked

frames = st.builds(
    Frame,
    verb=st.sampled_from(Verb),
    name=st.text(max_size=20),
    channel=st.text(max_size=20),
    message=st.binary(max_size=300),
)


@given(st.lists(frames, max_size=10), st.lists(st.integers(0, 2_000), max_size=10))
def test_frames_come_out_as_they_went_in_however_the_stream_is_cut(
    sent: list[Frame], cuts: list[int]
) -> None:
    stream = b"".join(map(packed, sent))
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    cutter = Cutter()
    came = [
        unpacked(data) for start, end in pairwise(places) for data in cutter.cut(stream[start:end])
    ]
    assert came == sent


def test_a_frame_that_says_it_is_too_large_is_refused_before_it_is_kept() -> None:
    with pytest.raises(BadFrame):
        Cutter().cut((FRAME_BYTES + 1).to_bytes(4))


def test_a_message_that_is_too_large_is_not_sent() -> None:
    with pytest.raises(BadFrame):
        packed(Frame(Verb.PUBLISH, "name", message=bytes(FRAME_BYTES)))


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", msgspec.msgpack.encode([9, "name"]), msgspec.msgpack.encode({"a": 1})]
)
def test_what_is_no_frame_is_refused(body: bytes) -> None:
    with pytest.raises(BadFrame):
        unpacked(len(body).to_bytes(4) + body)
