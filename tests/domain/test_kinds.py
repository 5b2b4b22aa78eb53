"""What every kind of activity keeps to, whatever its rules are."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import Any

import pytest

from mapapp.domain.caps import RoomCaps
from mapapp.domain.changes import Operation
from mapapp.domain.changes.markers import Add, Edit, Grab, Place, Remove
from mapapp.domain.changes.steering import Lock
from mapapp.domain.kinds import ACTIVITY_KINDS, compiled
from mapapp.domain.marker import COLOURS, Marker
from mapapp.domain.refusals import REFUSALS, Refused
from mapapp.models import Activity
from tests.domain.rooms import ADA, BOB, HOST, Room

Settings = dict[str, Any]

# Those of these that a kind knows.
SETTINGS: list[Settings] = [
    {"markers_each": each, "anyone_adds": adds}
    for each, adds in itertools.product((1, 3), (False, True))
]

pytestmark = [
    pytest.mark.parametrize("name", sorted(ACTIVITY_KINDS)),
    pytest.mark.parametrize("settings", SETTINGS, ids=str, indirect=True),
]


@pytest.fixture
def settings(name: str, request: pytest.FixtureRequest) -> Settings:
    fields = ACTIVITY_KINDS[name].fields
    return {field: value for field, value in request.param.items() if field in fields}


@pytest.fixture
def room(name: str, settings: Settings) -> Room:
    return Room(name, **settings)


def test_a_kind_is_worked_out_once(name: str, settings: Settings) -> None:
    """K1: not for each change, and not for each commit."""
    kind = compiled(name, settings)
    assert kind is compiled(name, dict(settings))
    assert kind.name == name
    assert {field: kind.settings[field] for field in settings} == settings
    assert kind.settings.keys() == kind.fields.keys()


def test_its_name_fits_into_its_column(name: str, settings: Settings) -> None:
    length = Activity._meta.get_field("kind").max_length
    assert length is not None
    assert 0 < len(name) <= length


def test_a_host_may_do_everything_even_while_answers_are_locked(room: Room) -> None:
    room.do(HOST, Lock())
    for lat in range(5):
        room.do(HOST, Add(float(lat), 0.0))
    room.do(HOST, Grab(1))
    room.do(HOST, Place(1, 9.0, 9.0))
    room.do(HOST, Edit(1, label="Here"))
    room.do(HOST, Remove(1))
    assert sorted(room.state.markers) == [2, 3, 4, 5]


def test_while_answers_are_locked_the_audience_may_do_nothing(room: Room) -> None:
    room.do(HOST, Add(0.0, 0.0))
    with suppress(Refused):
        room.do(ADA, Add(0.0, 0.0))
    room.do(HOST, Lock())
    tries: list[Operation] = [Add(0.0, 0.0)]
    for number in room.state.markers:
        tries += [Place(number, 1.0, 1.0), Edit(number, "x"), Remove(number), Grab(number)]
    for operation in tries:
        with pytest.raises(Refused, match="locked"):
            room.do(ADA, operation)


def test_nobody_has_more_markers_than_the_kind_allows(
    room: Room, name: str, settings: Settings
) -> None:
    kind = compiled(name, settings)
    room.shared_each = 4
    allowed = kind.each(RoomCaps(shared_each=4)) if kind.adds() else 0
    refused = ""
    for lat in range(6):
        try:
            room.do(ADA, Add(float(lat), 0.0))
        except Refused as refusal:
            refused = refusal.code
    assert room.state.markers_present == allowed < 6
    assert refused == ("too_many_markers" if kind.adds() else "host_only")
    assert refused in REFUSALS


def test_what_the_kind_says_of_a_marker_is_what_the_rules_do(room: Room) -> None:
    room.do(HOST, Add(0.0, 0.0))
    for somebody in (ADA, BOB):
        with suppress(Refused):
            room.do(somebody, Add(0.0, 0.0))
    kind = room.state.activity.kind
    for number in list(room.state.markers):
        marker = room.state.markers[number]
        by = room.state.numbers.get(ADA.id, room.state.last_person + 1)
        may_move, may_change = kind.moves(by, marker), kind.changes(by, marker)
        assert _allows(room, Place(number, 1.0, 1.0)) == may_move
        assert _allows(room, Edit(number, "x")) == may_change
        assert _allows(room, Remove(number)) == may_change


def _allows(room: Room, operation: Place | Edit | Remove) -> bool:
    try:
        room.do(ADA, operation)
    except Refused as refusal:
        return refusal.code != "not_yours"
    return True


def test_a_new_marker_has_a_colour_of_the_palette(
    room: Room, name: str, settings: Settings
) -> None:
    kind = compiled(name, settings)
    for _ in range(COLOURS + 1):
        room.do(HOST, Add(0.0, 0.0))
    for number, marker in room.state.markers.items():
        assert isinstance(marker, Marker)
        assert marker.colour == kind.looks_like(marker.owner, number) % COLOURS
