"""Changes of what a host has prepared: the activities, and their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mapapp.domain.activity import ACTIVITIES_LIMIT, PREPARE, Activity, Plan, read_plan
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, Rows, effect, operation
from mapapp.domain.changes.pins import add_pins, pinned_data, pinned_in, repin
from mapapp.domain.fields import BadValue
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState


class PlanOperation(Operation):
    """An operation that looks at all activities of the room."""

    __slots__ = ()

    host_only = True

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.activities = True


@operation
class Prepare(PlanOperation):
    """Add an activity after the one with number `after`; 0 adds it at the end.

    `id` is the key of its row.
    """

    id: UUID
    plan: Plan
    after: int = 0

    def decide(self, case: Case) -> None:
        room = case.room
        if len(room.sequence) >= ACTIVITIES_LIMIT:
            raise Refused("too_many_activities")
        if self.after:
            known(room, self.after)
        number = room.last_activity + 1
        # Before it, so that the change that was asked for is the last one.
        add_pins(case, number, self.plan.kind, self.plan.pinned or ())
        data = {
            "activity": number,
            "id": str(self.id),
            "value": self.plan.data(),
            "after": self.after,
        }
        case.add("prepare", data=data)


@effect("prepare", activity=True, fetched=True, private="id")
def _prepare(room: RoomState, change: Change) -> None:
    number, after = change.data["activity"], change.data["after"]
    plan = read_plan(change.data["value"])
    room.last_activity = number
    made = Activity(
        UUID(change.data["id"]), plan.kind, plan.question, plan.surface, number, stage=PREPARE
    )
    _put_after(room, made, after)


def _put_after(room: RoomState, made: Activity, after: int) -> None:
    """Put an activity behind another one, or at the end if that is 0."""
    order = list(room.activities)
    place = order.index(after) + 1 if after in room.activities else len(order)
    order.insert(place, made.number)
    room.activities[made.number] = made
    room.activities = {number: room.activities[number] for number in order}


@operation
class Revise(PlanOperation):
    """Change what `value` names of an activity."""

    activity: int
    value: Mapping[str, Any]

    def decide(self, case: Case) -> None:
        activity = known(case.room, self.activity)
        try:
            plan = read_plan(self.value, before=activity)
        except BadValue as bad:
            raise Refused("bad_plan", f"{bad.field}: {bad.message}") from None
        if plan.kind.name != activity.kind.name and _has_markers(case.room, activity):
            raise Refused("has_markers")
        had = pinned_in(case.room, activity.number)
        pins = repin(case, activity, plan, had)
        value = plan.data() | ({"pinned": [pin.data() for pin in pins]} if had or pins else {})
        case.add("revise", data={"activity": activity.number, "value": value})

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.activities = True
        rows.of_activities.add(self.activity)


@effect("revise", activity=True, fetched=True)
def _revise(room: RoomState, change: Change) -> None:
    activity = room.activities[change.data["activity"]]
    plan = read_plan(change.data["value"])
    activity.kind, activity.question, activity.surface = plan.kind, plan.question, plan.surface
    if activity is room.activity:
        room.sight_since = change.revision


@operation
class Discard(PlanOperation):
    """Take an activity out of the sequence; `Restore` brings it back."""

    activity: int

    def decide(self, case: Case) -> None:
        activity = known(case.room, self.activity)
        if activity is case.room.activity:
            raise Refused("current_activity")
        case.add("discard", data={"activity": activity.number})


@effect("discard", activity=True, fetched=True)
def _discard(room: RoomState, change: Change) -> None:
    room.activities[change.data["activity"]].discarded = True


@operation
class Restore(PlanOperation):
    activity: int

    def decide(self, case: Case) -> None:
        activity = case.room.activities.get(self.activity)
        if activity is None or not activity.discarded:
            raise Refused("no_activity")
        if len(case.room.sequence) >= ACTIVITIES_LIMIT:
            raise Refused("too_many_activities")
        numbers = [one.number for one in case.room.activities.values()]
        before = numbers[: numbers.index(activity.number)]
        after = [n for n in before if not case.room.activities[n].discarded][-1:] or [0]
        value = activity.plan() | {"stage": activity.stage, "round": activity.round}
        value |= pinned_data(pinned_in(case.room, activity.number))
        # For hosts who have not known it. 0: it is the first.
        data = {"activity": activity.number, "value": value, "after": after[0]}
        case.add("restore", data=data)

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.activities = True
        rows.of_activities.add(self.activity)


@effect("restore", activity=True, fetched=True)
def _restore(room: RoomState, change: Change) -> None:
    room.activities[change.data["activity"]].discarded = False


@operation
class Order(PlanOperation):
    """Put all activities that are not discarded in this order."""

    activities: tuple[int, ...]

    def decide(self, case: Case) -> None:
        numbers = {activity.number for activity in case.room.sequence}
        if len(self.activities) != len(numbers) or set(self.activities) != numbers:
            raise Refused("other_activities")
        case.add("order", data={"activities": list(self.activities)})


@effect("order", activity=True, fetched=True)
def _order(room: RoomState, change: Change) -> None:
    order = change.data["activities"]
    discarded = [number for number in room.activities if number not in order]
    room.activities = {number: room.activities[number] for number in (*order, *discarded)}


# --- shared by several operations ---------------------------------------------


def known(room: RoomState, number: int) -> Activity:
    """The activity with this number, unless it is discarded. Raises `Refused`."""
    activity = room.activities.get(number)
    if activity is None or activity.discarded:
        raise Refused("no_activity")
    return activity


def _has_markers(room: RoomState, activity: Activity) -> bool:
    """Whether anybody has answered it: what hosts have pinned belongs to the question."""
    markers = room.markers.values()
    return any(one.activity == activity.number and not one.pinned for one in markers)
