"""Operations, in an order that works, which together make changes of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mapapp.domain.actor import Actor
from mapapp.domain.change import Change
from mapapp.domain.changes import Operation
from mapapp.domain.changes.keys import Pair, Revoke, Rotate
from mapapp.domain.changes.markers import (
    Add,
    Drop,
    Edit,
    EndHold,
    Grab,
    Place,
    Release,
    Remove,
)
from mapapp.domain.changes.people import Ban, Door, Expel, Name
from mapapp.domain.changes.steering import Close, Lock, Question, Unlock
from mapapp.domain.room import HostKey
from tests.domain.rooms import ADA, BOB, HOST, Room

PAIRED = replace(HOST, key=1)

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
    (HOST, Lock()),
    (HOST, Unlock()),
    (HOST, Question("Where?")),
    (HOST, Ban(1)),
    (BOB, Add(1.0, 2.0)),
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
