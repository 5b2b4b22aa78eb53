"""Changes of the flow: which activity is current, its stages, its timer, late answers."""

from __future__ import annotations

from typing import Any

from mapapp.domain.activity import (
    ANSWER,
    LATE_SECONDS,
    OVER,
    PREPARE,
    REVEALED,
    STAGES,
    Late,
)
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, Rows, effect, operation
from mapapp.domain.changes.markers import end_data
from mapapp.domain.changes.plan import known
from mapapp.domain.geo import position
from mapapp.domain.marker import COLOURS, Marker
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState

Held = tuple[tuple[int, float, float], ...]
"""Markers in somebody's hand, each where it was last seen: number, latitude, longitude."""


class FlowOperation(Operation):
    """An operation that ends all holds, because what people hold can no longer be moved."""

    __slots__ = ()

    host_only = True

    held: Held

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.held = True


def _let_go_all(case: Case, held: Held) -> None:
    """End every hold, leaving the markers where they were last seen."""
    seen = {number: (lat, lng) for number, lat, lng in held}
    for number, marker in sorted(case.room.markers.items()):
        if marker.holder:
            there = seen.get(number, (marker.lat, marker.lng))
            case.add("release", number, end_data(case.room, *there))


# --- the current activity -----------------------------------------------------


@operation
class Go(FlowOperation):
    """Make an activity the current one; each keeps its markers and its stage."""

    activity: int
    held: Held = ()

    def decide(self, case: Case) -> None:
        activity = known(case.room, self.activity)
        if activity is case.room.activity:
            raise Refused("stale_stage")
        _let_go_all(case, self.held)
        case.add("go", data={"activity": activity.number})

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.activities = rows.held = True


@effect("go", fetched=True)
def _go(room: RoomState, change: Change) -> None:
    left = room.activity
    if left.stage == ANSWER and left.ends:
        # Nobody answers what is not shown, so its time does not go on.
        left.stage = OVER
    room.activity = room.activities[change.data["activity"]]
    room.sight_since = change.revision
    room.spotlight, room.camera, room.camera_for_all = 0, None, False


# --- its stages ---------------------------------------------------------------

# From which stages each can be reached.
_BEFORE = {
    PREPARE: {ANSWER, OVER},
    ANSWER: {PREPARE, OVER, REVEALED},
    OVER: {ANSWER, REVEALED},
    REVEALED: {ANSWER, OVER},
}
ROUNDS = 2


@operation
class Stage(FlowOperation):
    """Bring the current activity to a stage, if it still is as the host saw it.

    `saw` is the activity, the stage and the round that the host saw: a button that
    is pressed twice does not skip anything. `round` 2 with ANSWER begins the second
    round, and 1 with OVER or REVEALED takes that back.
    """

    stage: str
    saw: tuple[int, str, int]
    round: int = 0
    held: Held = ()

    def decide(self, case: Case) -> None:
        activity = case.room.activity
        if self.saw != (activity.number, activity.stage, activity.round):
            raise Refused("stale_stage")
        number = self.round or activity.round
        if self.stage not in STAGES:
            raise Refused("no_such_step")
        again = number == activity.round + 1
        if again:
            allowed = self.stage == ANSWER and activity.stage in (OVER, REVEALED)
            allowed = allowed and number <= ROUNDS
        elif number == activity.round - 1:
            # Back to the end of the round before.
            allowed = self.stage in (OVER, REVEALED) and activity.stage == ANSWER
        else:
            allowed = number == activity.round and activity.stage in _BEFORE[self.stage]
        if not allowed:
            raise Refused("no_such_step")
        _let_go_all(case, self.held)
        data: dict[str, Any] = {"stage": self.stage}
        if number != activity.round:
            data["round"] = number
        if self.stage == ANSWER and activity.kind.seconds and (again or activity.stage == PREPARE):
            data["ends"] = _ms(case.at + activity.kind.seconds)
        case.add("stage", data=data)


@effect("stage", activity=True)
def _stage(room: RoomState, change: Change) -> None:
    activity, was_hidden = room.activity, room.activity.has_secrets
    activity.stage = change.data["stage"]
    if activity.stage in (ANSWER, PREPARE):
        activity.late = {}
        activity.ends = change.data.get("ends", 0) / 1000
    if "round" in change.data:
        is_new = change.data["round"] > activity.round
        activity.round = change.data["round"]
        for marker in room.markers.values():
            if marker.activity == activity.number:
                marker.before = (marker.lat, marker.lng) if is_new else None
    if was_hidden != activity.has_secrets:
        room.sight_since = change.revision


# --- its timer ----------------------------------------------------------------


@operation
class Timer(Operation):
    """Let answers end in so many seconds; 0 takes the timer away."""

    host_only = True

    seconds: int

    def decide(self, case: Case) -> None:
        if case.room.activity.stage != ANSWER:
            raise Refused("no_such_step")
        ends = _ms(case.at + self.seconds) if self.seconds else None
        case.add("timer", data={"ends": ends})


@effect("timer", activity=True)
def _timer(room: RoomState, change: Change) -> None:
    room.activity.ends = (change.data["ends"] or 0) / 1000


@operation
class Bell(FlowOperation):
    """The server ends the answers of an activity whose time is up."""

    host_only = False
    by_people = False
    by_server = True

    activity: int
    held: Held = ()

    def decide(self, case: Case) -> None:
        activity = case.room.activity
        if activity.number != self.activity or activity.stage != ANSWER or not activity.ends:
            raise Refused("stale_stage")
        if activity.ends > case.at:
            # The host has given more time meanwhile.
            raise Refused("stale_stage")
        _let_go_all(case, self.held)
        case.add("stage", data={"stage": OVER})


def _ms(at: float) -> int:
    return round(at * 1000)


# --- what came after the bell -------------------------------------------------


@operation
class OfferLate(Operation):
    """A participant offers what came after the bell; the host may count it."""

    lat: float
    lng: float
    marker: int = 0

    def decide(self, case: Case) -> None:
        room, activity = case.room, case.room.activity
        late_by = case.at - activity.ends
        if activity.stage not in (OVER, REVEALED) or not activity.ends or late_by > LATE_SECONDS:
            raise Refused("locked")
        if self.marker:
            _own(room, self.marker, case.by)
        elif sum(m.owner == case.by and room.is_shown(m) for m in room.markers.values()):
            raise Refused("too_many_markers")
        lat, lng = position(self.lat, self.lng)
        if not activity.surface.has(lat, lng):
            raise Refused("bad_position")
        data = {"person": case.by, "of": self.marker, "lat": lat, "lng": lng}
        case.add("late", data=data)

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.owners.add(by)
        if self.marker:
            rows.markers.add(self.marker)


@effect("late", activity=True)
def _late(room: RoomState, change: Change) -> None:
    data = change.data
    room.activity.late[data["person"]] = Late(data["of"], data["lat"], data["lng"])


@operation
class Count(Operation):
    """Count somebody's late answer."""

    host_only = True

    person: int

    def decide(self, case: Case) -> None:
        room, activity = case.room, case.room.activity
        late, person = activity.late.get(self.person), room.people.get(self.person)
        if person is None or person.banned:
            raise Refused("no_person")
        if late is None:
            raise Refused("no_late_answer")
        if late.marker and late.marker in room.markers:
            _own(room, late.marker, self.person)
            number = late.marker
        elif room.markers_present >= case.caps.room_markers:
            raise Refused("room_markers_full")
        else:
            number = room.last_marker + 1
        colour = activity.kind.looks_like(self.person, number) % COLOURS
        data = {"person": self.person, "lat": late.lat, "lng": late.lng, "colour": colour}
        case.add("count", number, data)

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.owners.add(self.person)
        rows.people.add(self.person)


@effect("count", activity=True)
def _count(room: RoomState, change: Change) -> None:
    data, number = change.data, change.marker
    marker = room.markers.get(number)
    if marker is None:
        room.markers[number] = Marker(
            *(number, data["lat"], data["lng"], data["person"], data["colour"], 0, ""),
            moved=change.revision,
            activity=room.activity.number,
        )
        room.last_marker = max(room.last_marker, number)
        room.markers_present += 1
    else:
        marker.lat, marker.lng, marker.moved = data["lat"], data["lng"], change.revision
    room.activity.late.pop(data["person"], None)


def _own(room: RoomState, number: int, person: int) -> Marker:
    marker = room.markers.get(number)
    if marker is None or not room.is_shown(marker):
        raise Refused("no_marker")
    if marker.owner != person:
        raise Refused("not_yours")
    return marker
