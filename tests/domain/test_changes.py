"""What every kind of change keeps to, whatever it does."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from msgspec import convert

from mapapp.domain.changes import CHANGE_KINDS, OPERATIONS, Operation
from mapapp.domain.refusals import Refused
from mapapp.domain.sight import Sight
from mapapp.protocol import outgoing
from mapapp.protocol.incoming.declaration import ChangeMessage
from mapapp.protocol.incoming.flow import Stage
from mapapp.protocol.incoming.keys import KEY_CHARACTERS, Rotate
from mapapp.protocol.incoming.plan import Order, Prepare, Revise
from mapapp.protocol.incoming.steering import Camera
from tests.domain.rooms import ADA, Room
from tests.domain.samples import SAMPLES, sample_changes
from tests.protocol.document import Document

ASKED_FOR_BY_PEOPLE = sorted(name for name, kind in OPERATIONS.items() if kind.by_people)


def test_there_is_a_sample_of_each_operation() -> None:
    assert {type(operation).__name__ for _, operation in SAMPLES} == set(OPERATIONS)


def test_every_operation_is_somebodys() -> None:
    assert all(kind.by_people or kind.by_server for kind in OPERATIONS.values())
    assert not [name for name, kind in OPERATIONS.items() if kind.host_only and not kind.by_people]


def test_an_operation_does_not_change() -> None:
    for _, operation in SAMPLES:
        for field in fields(operation):  # type: ignore[arg-type]  # a dataclass by its decorator
            with pytest.raises(FrozenInstanceError):
                setattr(operation, field.name, None)


@pytest.mark.parametrize(
    "operation", [o for _, o in SAMPLES if o.host_only], ids=lambda o: type(o).__name__
)
def test_what_is_for_hosts_alone_is_refused_to_everybody_else(operation: Operation) -> None:
    """A1."""
    room = Room()
    with pytest.raises(Refused, match="host_only"):
        room.do(ADA, operation)
    assert room.state.revision == 0


def test_the_document_says_which_changes_are_for_hosts_alone() -> None:
    rows = {row["t"]: row["what happens"] for row in Document.read().table("t")}
    told = {name for name, what in rows.items() if what.startswith("host:")}
    asked = {
        message.__struct_config__.tag: _operation_of(message)
        for message in ChangeMessage.__subclasses__()
    }
    assert told == {name for name, operation in asked.items() if operation.host_only}
    # Every operation that people may ask for has a message.
    assert {operation.__name__ for operation in asked.values()} == set(ASKED_FOR_BY_PEOPLE)


def _operation_of(message: type[ChangeMessage]) -> type[Operation]:
    """What it asks for: a message with a value of the right type in each field."""
    values: dict[str, Any] = {"open": True, "name": "A", "question": "A?", "label": "A"}
    values |= {"title": "A", **_OWN_VALUES.get(message, {})}
    names = set(message.__struct_encode_fields__) - {"client", "everyone", "pinned"}
    return type(convert({name: values.get(name, 1) for name in names}, message).operation())


# Fields that another message has with another type.
_OWN_VALUES: dict[type[ChangeMessage], dict[str, Any]] = {
    Rotate: {"key": "k" * KEY_CHARACTERS},
    Prepare: {"activity": {"question": "A?"}},
    Revise: {"value": {}},
    Order: {"activities": [1]},
    Stage: {"stage": "answer", "from": {"activity": 1, "stage": "prepare"}},
    Camera: {"area": [1, 2, 3, 4]},
}


def test_no_private_field_is_told_to_clients() -> None:
    private = frozenset[str]().union(*(kind.private for kind in CHANGE_KINDS.values()))
    assert private == set("id came_from steers hash device pairing successor".split())
    carried: set[str] = set()
    for _, change in sample_changes():
        carried |= set(change.data)
        assert not private & set(json.loads(outgoing.change(change, Sight("host", steers=True))))
    assert {"id", "hash", "device", "successor"} <= carried
