"""Operations, in an order that works, which together make changes of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from mapapp.domain.activity import read_plan
from mapapp.domain.actor import Actor
from mapapp.domain.change import Change
from mapapp.domain.changes import Operation
from mapapp.domain.changes.flow import Bell, Count, Go, OfferLate, Stage, Timer
from mapapp.domain.changes.keys import Pair, Revoke, Rotate
from mapapp.domain.changes.markers import (
    Add,
    Drop,
    Edit,
    EndHold,
    Grab,
    Place,
    PutBack,
    Release,
    Remove,
)
from mapapp.domain.changes.people import Ban, Door, Expel, Name
from mapapp.domain.changes.plan import Discard, Order, Prepare, Restore, Revise
from mapapp.domain.changes.steering import Camera, Close, Lock, Question, Spotlight, Title, Unlock
from mapapp.domain.room import HostKey
from tests.domain.rooms import ADA, BOB, EVE, HOST, Room

# A timer that has run out as soon as it is set: `decide` takes the bounds on trust.
LONG_AGO = -1

PAIRED = replace(HOST, key=1)
PINS = [{"lat": 1, "lng": 2, "label": "Start"}, {"lat": 3, "lng": 4}]

SAMPLES: tuple[tuple[Actor | None, Operation], ...] = (
    (ADA, Name("Ada")),
    (ADA, Add(1.0, 2.0)),
    (ADA, Grab(1)),
    (ADA, Drop(1, 4, 1.0, 2.0)),
    (ADA, Grab(1)),
    (None, Release(1, 6, 1.0, 2.0, certain=True)),
    (ADA, Grab(1)),
    (HOST, EndHold(1, 2.0, 2.0)),
    (ADA, Place(1, 3.0, 4.0)),
    (ADA, Edit(1, label="A", colour=1, icon=1)),
    (HOST, Remove(1)),
    (HOST, PutBack(1)),
    (HOST, Lock()),
    (HOST, Unlock()),
    (HOST, Question("Where?")),
    (HOST, Title("Monday")),
    (HOST, Prepare(UUID(int=7), read_plan({"kind": "zones", "question": "Agree?"}))),
    (HOST, Prepare(UUID(int=8), read_plan({"question": "And now?", "pinned": PINS}), after=1)),
    (HOST, Revise(2, {"settings": {"seconds": 30}})),
    (HOST, Revise(3, {"pinned": [PINS[1], {"lat": 5, "lng": 5, "label": "Start"}]})),
    (HOST, Order((2, 1, 3))),
    (HOST, Discard(3)),
    (HOST, Restore(3)),
    (HOST, Go(2)),
    (HOST, Stage("answer", (2, "prepare", 1))),
    (BOB, Add(0.5, 0.5)),
    (HOST, Spotlight(4)),
    (HOST, Camera((50.0, 5.0, 54.0, 9.0), for_all=True)),
    (HOST, Timer(LONG_AGO)),
    (None, Bell(2)),
    (BOB, OfferLate(0.25, 0.25, marker=4)),
    (HOST, Count(3)),
    (HOST, Go(1)),
    (HOST, Ban(1)),
    (EVE, Add(1.0, 2.0)),
    (HOST, Expel(seconds=10)),
    (HOST, Door(open=False)),
    (None, Pair("code", "second")),
    (PAIRED, Rotate("third")),
    (HOST, Revoke(2)),
    (HOST, Close()),
)


def sample_changes() -> Iterator[tuple[Room, Change]]:
    """Do them one after the other; yield the room after each, and the change asked for."""
    room = Room("shared", anyone_adds=True)
    room.state.keys[1] = HostKey(1, "first")
    room.state.pairings["code"] = room.at + 1
    for actor, operation in SAMPLES:
        yield room, room.do(actor, operation)
