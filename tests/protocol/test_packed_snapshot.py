"""Packed snapshots, read back as docs/PROTOCOL.md describes them."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.marker import COLOURS, ICONS, Marker
from mapapp.domain.names import ADJECTIVES, ANIMALS
from mapapp.domain.room import RoomState
from mapapp.protocol import snapshots
from testkit.packed_snapshot import read
from tests.domain.rooms import Room

DEGREES = 1_000_000


@st.composite
def markers(draw: st.DrawFn) -> Marker:
    """A marker; its number is a multiple of 100 as long as nobody gives it another."""
    micro = (
        draw(st.integers(-90 * DEGREES, 90 * DEGREES)),
        draw(st.integers(-180 * DEGREES, 180 * DEGREES)),
    )
    is_held = draw(st.booleans())
    return Marker(
        number=draw(st.sampled_from([1, 65_535, 65_536, 2**31 - 1])),
        lat=round(micro[0] / DEGREES, 6),
        lng=round(micro[1] / DEGREES, 6),
        owner=draw(st.sampled_from([0, 1, 65_535, 65_536])),
        colour=draw(st.integers(0, COLOURS - 1)),
        icon=draw(st.integers(0, ICONS - 1)),
        label=draw(st.text(max_size=60)),
        holder=5 if is_held else 0,
        grab=draw(st.integers(1, 2**40)) if is_held else 0,
    )


def room_with(*those: Marker) -> RoomState:
    state = Room().state
    state.markers = {marker.number: marker for marker in those}
    return state


@given(st.lists(markers(), max_size=4, unique_by=lambda m: m.number))
def test_a_packed_snapshot_says_what_its_json_says(those: list[Marker]) -> None:
    state = room_with(*those)
    assert read(snapshots.packed(state)) == json.loads(snapshots.text(state))


@pytest.mark.parametrize(("number", "size"), [(65_535, 13), (65_536, 17)])
def test_numbers_are_wide_only_where_they_must_be(number: int, size: int) -> None:
    plain = Marker(number, 1.0, 2.0, owner=3, colour=7, icon=7, label="")
    one, none = (len(snapshots.packed(state)) for state in (room_with(plain), room_with()))
    assert one - none == size


def test_a_full_room_takes_a_third_of_the_bytes() -> None:
    crowd = (
        Marker(n, n / 200 + 0.123456, 0.654321 - n / 300, n, n % COLOURS, n % ICONS, "")
        for n in range(1, 1001)
    )
    state = room_with(*crowd)
    assert 3 * len(snapshots.packed(state)) < len(snapshots.text(state))


def test_a_full_room_with_labels_takes_less_than_a_third_when_compressed() -> None:
    """As many words as people think of; most of it is text."""
    chance = Random(7)
    crowd = (
        Marker(
            *(n, chance.uniform(-60, 60), chance.uniform(-170, 170), n, n % COLOURS, 0),
            label=f"{chance.choice(ADJECTIVES)} {chance.choice(ANIMALS)}",
        )
        for n in range(1, 1001)
    )
    state = room_with(*crowd)
    frame, text = snapshots.frame(state, "deflated"), snapshots.text(state)
    assert read(frame.payload) == read(snapshots.packed(state))
    assert 3 * len(frame.payload) < len(text)


def test_a_small_frame_is_not_compressed_because_it_comes_at_once_anyway() -> None:
    state = room_with(Marker(1, 1.0, 2.0, owner=3, colour=7, icon=7, label="here"))
    assert snapshots.frame(state, "deflated").payload == snapshots.packed(state)
