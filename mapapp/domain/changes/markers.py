"""Changes of markers: adding, dragging, placing, editing, removing, and the end of a hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mapapp.domain.activity import LOCKED, PINNED_LIMIT
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, Rows, effect, operation
from mapapp.domain.geo import position
from mapapp.domain.marker import COLOURS, ICONS, Marker
from mapapp.domain.refusals import Refused
from mapapp.domain.room import HOLD_SECONDS, RoomState
from mapapp.domain.text import LABEL_LIMIT, clean


@dataclass(slots=True, frozen=True)
class MarkerOperation(Operation):
    """An operation on one marker, given by its number."""

    marker: int

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.markers.add(self.marker)


# --- adding -------------------------------------------------------------------


@operation
class Add(Operation):
    lat: float
    lng: float
    label: str = ""
    colour: int | None = None
    icon: int = 0
    # Only hosts may pin a marker.
    pinned: bool = False

    def decide(self, case: Case) -> None:
        room, kind = case.room, case.room.activity.kind
        if not case.host:
            if self.pinned:
                raise Refused("host_only")
            _answers_open(room)
            if not kind.adds():
                raise Refused("host_only")
            theirs = (m for m in room.markers.values() if m.owner == case.by)
            owned = sum(map(room.is_shown, theirs))
            if owned >= kind.each(case.caps):
                raise Refused("too_many_markers")
        if room.markers_present >= case.caps.room_markers:
            raise Refused("room_markers_full")
        if self.pinned:
            pinned = (m for m in room.markers.values() if m.pinned)
            if sum(map(room.is_shown, pinned)) >= PINNED_LIMIT:
                raise Refused("too_many_markers")
        number = room.last_marker + 1
        if self.colour is None:
            colour = kind.looks_like(case.by, number) % COLOURS
        else:
            colour = _within(self.colour, COLOURS)
        data = _place_data(room, self.lat, self.lng) | {
            "colour": colour,
            "icon": _within(self.icon, ICONS),
            "label": clean(self.label, LABEL_LIMIT),
        }
        if self.pinned:
            data["pinned"] = True
        case.add("add", number, data)

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.owners.add(by)
        if self.pinned:
            rows.of_activities.add(room.activity.number)


@effect("add")
def _add(room: RoomState, change: Change) -> None:
    data = change.data
    room.markers[change.marker] = Marker(
        number=change.marker,
        lat=data["lat"],
        lng=data["lng"],
        owner=change.by,
        colour=data["colour"],
        icon=data["icon"],
        label=data["label"],
        moved=change.revision,
        # A host pins markers in other activities, too (`pins`).
        activity=data.get("activity", room.activity.number),
        pinned=data.get("pinned", False),
    )
    room.last_marker = max(room.last_marker, change.marker)
    room.markers_present += 1


# --- dragging and placing -----------------------------------------------------


@operation
class Grab(MarkerOperation):
    """`unmoved_since`, here and below, is a revision: done only if nobody has moved the
    marker since; 0 to do it in any case.
    """

    unmoved_since: int = 0

    def decide(self, case: Case) -> None:
        marker = _movable(case, self.marker, self.unmoved_since)
        case.add("grab", marker.number)


@effect("grab")
def _grab(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    marker.holder, marker.grab = change.by, change.revision
    marker.held_until = change.at + HOLD_SECONDS


@operation
class Drop(MarkerOperation):
    grab: int
    lat: float
    lng: float
    unmoved_since: int = 0

    def decide(self, case: Case) -> None:
        marker = _movable(case, self.marker, self.unmoved_since)
        if marker.holder != case.by or marker.grab != self.grab:
            raise Refused("stale_grab")
        case.add("drop", marker.number, _place_data(case.room, self.lat, self.lng))


@effect("drop")
def _drop(room: RoomState, change: Change) -> None:
    _put(room, change, change.revision)
    _let_go(room, change)


@operation
class Place(MarkerOperation):
    lat: float
    lng: float
    unmoved_since: int = 0

    def decide(self, case: Case) -> None:
        marker = _movable(case, self.marker, self.unmoved_since)
        # One step for a grab and a drop, whoever held the marker before.
        kind = "drop" if marker.holder else "place"
        case.add(kind, marker.number, _place_data(case.room, self.lat, self.lng))


@effect("place")
def _place(room: RoomState, change: Change) -> None:
    _put(room, change, change.revision)


# --- the end of a hold --------------------------------------------------------


@operation
class Release(MarkerOperation):
    """The server ends a hold (H2), leaving the marker where it was last seen.

    `certain` is true when the process itself saw the hold end: the holder has
    left it, or is connected to it and does not move. Otherwise the lease must be
    over.
    """

    by_people = False
    by_server = True
    when_closed = True

    grab: int
    lat: float
    lng: float
    certain: bool

    def decide(self, case: Case) -> None:
        marker = case.room.markers.get(self.marker)
        if marker is None or marker.grab != self.grab:
            raise Refused("stale_grab")
        left = marker.held_until - case.at
        # The asking process has heard nothing for a whole lease. A lease that lasts much
        # longer was given by a clock that has been put back since (H2).
        if not self.certain and 0 < left <= 2 * HOLD_SECONDS:
            raise Refused("held", by=marker.holder)
        case.add("release", marker.number, end_data(case.room, self.lat, self.lng))


@operation
class EndHold(MarkerOperation):
    """A host ends somebody's hold, leaving the marker where it was last seen."""

    host_only = True

    lat: float = 0.0
    lng: float = 0.0

    def decide(self, case: Case) -> None:
        if not _marker(case.room, self.marker).holder:
            raise Refused("not_held")
        case.add("release", self.marker, end_data(case.room, self.lat, self.lng))


@effect("release")
def _release(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    _put(room, change, marker.grab)
    if change.by:
        # Taken from its holder, so later moves of that hold are void, too.
        marker.moved = change.revision
    _let_go(room, change)


# --- editing and removing -----------------------------------------------------


@operation
class Edit(MarkerOperation):
    label: str | None = None
    colour: int | None = None
    icon: int | None = None

    def decide(self, case: Case) -> None:
        marker = _changeable(case, self.marker)
        data: dict[str, Any] = {}
        if self.label is not None:
            data["label"] = clean(self.label, LABEL_LIMIT)
        if self.colour is not None:
            data["colour"] = _within(self.colour, COLOURS)
        if self.icon is not None:
            data["icon"] = _within(self.icon, ICONS)
        case.add("edit", marker.number, data)


@effect("edit")
def _edit(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    marker.label = change.data.get("label", marker.label)
    marker.colour = change.data.get("colour", marker.colour)
    marker.icon = change.data.get("icon", marker.icon)


@operation
class Remove(MarkerOperation):
    def decide(self, case: Case) -> None:
        case.add("remove", _changeable(case, self.marker).number)


@effect("remove")
def _remove(room: RoomState, change: Change) -> None:
    del room.markers[change.marker]
    room.markers_present -= 1


@operation
class PutBack(MarkerOperation):
    """A host brings a removed marker back, with its number and its owner, where it was."""

    host_only = True

    def decide(self, case: Case) -> None:
        room = case.room
        marker = room.removed.get(self.marker)
        if marker is None or not room.is_shown(marker):
            raise Refused("no_marker")
        owner = room.people.get(marker.owner)
        if owner is not None and owner.banned:
            raise Refused("no_person")
        if room.markers_present >= case.caps.room_markers:
            raise Refused("room_markers_full")
        data: dict[str, Any] = {"lat": marker.lat, "lng": marker.lng, "owner": marker.owner}
        data |= {"colour": marker.colour, "icon": marker.icon, "label": marker.label}
        if marker.pinned:
            data["pinned"] = True
        case.add("putback", marker.number, data)

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.removed.add(self.marker)


@effect("putback")
def _putback(room: RoomState, change: Change) -> None:
    data, number = change.data, change.marker
    room.markers[number] = Marker(
        *(number, data["lat"], data["lng"], data["owner"]),
        *(data["colour"], data["icon"], data["label"]),
        moved=change.revision,
        activity=room.activity.number,
        pinned=data.get("pinned", False),
    )
    room.removed.pop(number, None)
    room.markers_present += 1


# --- shared by several operations and effects ---------------------------------


def _marker(room: RoomState, number: int) -> Marker:
    marker = room.markers.get(number)
    if marker is None or not room.is_shown(marker):
        raise Refused("no_marker")
    return marker


def _answers_open(room: RoomState) -> None:
    if room.activity.answers == LOCKED:
        raise Refused("locked")


def _movable(case: Case, number: int, unmoved_since: int) -> Marker:
    """Return the marker if the actor may move it now (H1, O3)."""
    room, by = case.room, case.by
    marker = _marker(room, number)
    if not case.host:
        _answers_open(room)
        if marker.pinned or not room.activity.kind.moves(by, marker):
            raise Refused("not_yours")
    # A hold whose lease is over stops nobody, even before it is released.
    if marker.holder not in (0, by) and marker.held_until > case.at:
        name = room.people[marker.holder].name
        raise Refused(
            "held", f"{name} is moving this marker right now.", by=marker.holder, name=name
        )
    # A change kept while its author was away must not undo what others did meanwhile.
    if unmoved_since and marker.moved > unmoved_since:
        raise Refused("moved_since")
    return marker


def _changeable(case: Case, number: int) -> Marker:
    """Return the marker if the actor may edit or remove it."""
    marker = _marker(case.room, number)
    if not case.host:
        _answers_open(case.room)
        if marker.pinned or not case.room.activity.kind.changes(case.by, marker):
            raise Refused("not_yours")
    return marker


def _place_data(room: RoomState, lat: float, lng: float) -> dict[str, Any]:
    """Where somebody puts a marker. Raises `Refused` for a place that is not on the surface."""
    lat, lng = position(lat, lng)
    if not room.activity.surface.has(lat, lng):
        raise Refused("bad_position")
    return {"lat": lat, "lng": lng}


def end_data(room: RoomState, lat: float, lng: float) -> dict[str, Any]:
    """Where a hold ends without its holder: the nearest place on the surface."""
    lat, lng = position(*room.activity.surface.nearest(lat, lng))
    return {"lat": lat, "lng": lng}


def _within(value: int, count: int) -> int:
    if not 0 <= value < count:
        raise Refused("bad_text", f"Expected a number from 0 to {count - 1}.")
    return value


def _put(room: RoomState, change: Change, moved: int) -> None:
    """Put the marker where the change says; `moved` is the revision that counts as the move."""
    marker = room.markers[change.marker]
    there = change.data["lat"], change.data["lng"]
    if there != (marker.lat, marker.lng):
        marker.lat, marker.lng = there
        marker.moved = moved


def _let_go(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    marker.holder, marker.grab, marker.held_until = 0, 0, 0.0
