"""Pinned markers as a part of what a host prepares.

They are markers like all others, and the changes that make, move and remove them are
those of markers. Of an activity that is not the current one, clients are told what has
become of its pins by the `prepare`, `revise` or `restore` that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mapapp.domain.activity import Activity, Pin, Plan
from mapapp.domain.changes.declaration import Case
from mapapp.domain.kinds import Kind
from mapapp.domain.marker import COLOURS, Marker
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState


def pinned_in(room: RoomState, activity: int) -> list[Marker]:
    """The pinned markers of an activity, the oldest first."""
    found = (m for m in room.markers.values() if m.pinned and m.activity == activity)
    return sorted(found, key=lambda marker: marker.number)


def pinned_data(markers: Iterable[Marker]) -> dict[str, Any]:
    """The part of a plan that says where they are, as on the wire; empty without any."""
    pins = [_pin_of(marker).data() for marker in markers]
    return {"pinned": pins} if pins else {}


def add_pins(case: Case, activity: int, kind: Kind, pins: Sequence[Pin]) -> None:
    """Make these markers of an activity, of which there may not be one yet. Raises `Refused`."""
    room = case.room
    added = sum(change.kind == "add" for change in case.made)
    if pins and room.markers_present + len(pins) > case.caps.room_markers:
        raise Refused("room_markers_full")
    for number, pin in enumerate(pins, room.last_marker + added + 1):
        data = {"lat": pin.lat, "lng": pin.lng, "icon": 0, "label": pin.label, "pinned": True}
        data["colour"] = kind.looks_like(case.by, number) % COLOURS
        case.add("add", number, data | _elsewhere(case, activity))


def repin(case: Case, activity: Activity, plan: Plan, had: Sequence[Marker]) -> Sequence[Pin]:
    """Bring the pinned markers that an activity has to what the plan says; return those.

    Where the plan says nothing, those that its surface has no place for go. Raises `Refused`.
    """
    if plan.pinned is None:
        wanted = [pin for pin in map(_pin_of, had) if plan.surface.has(pin.lat, pin.lng)]
    else:
        wanted = list(plan.pinned)
    new = list(wanted)
    others = []
    for marker in had:
        # What stays as it is keeps its number.
        if (pin := _pin_of(marker)) in new:
            new.remove(pin)
        else:
            others.append(marker)
    for marker, pin in zip(others, new, strict=False):
        _change(case, marker, pin)
    for marker in others[len(new) :]:
        case.add("remove", marker.number, _elsewhere(case, marker.activity))
    add_pins(case, activity.number, plan.kind, new[len(others) :])
    return wanted


def _change(case: Case, marker: Marker, pin: Pin) -> None:
    """Let a pinned marker become like this one."""
    where = _elsewhere(case, marker.activity)
    if (marker.lat, marker.lng) != (pin.lat, pin.lng):
        # One step for a grab and a drop, whoever holds it.
        kind = "drop" if marker.holder else "place"
        case.add(kind, marker.number, {"lat": pin.lat, "lng": pin.lng} | where)
    if marker.label != pin.label:
        case.add("edit", marker.number, {"label": pin.label} | where)


def _elsewhere(case: Case, activity: int) -> dict[str, Any]:
    """Says of a change whose activity it belongs to, if that is not the current one.

    So it is known when the change is read from the tables, without its marker (X1).
    """
    return {} if activity == case.room.activity.number else {"activity": activity}


def _pin_of(marker: Marker) -> Pin:
    return Pin(marker.lat, marker.lng, marker.label)
