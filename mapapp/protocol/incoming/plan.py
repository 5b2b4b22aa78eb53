"""Changes of what a host has prepared, as a client asks for them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta

from mapapp.domain.activity import ACTIVITIES_LIMIT, read_plan
from mapapp.domain.changes import Operation, plan
from mapapp.protocol.incoming.declaration import ChangeMessage, Number

Object = dict[str, Any]


class Prepare(ChangeMessage, frozen=True, kw_only=True):
    activity: Object
    after: Number | None = None

    def operation(self) -> Operation:
        return plan.Prepare(uuid4(), read_plan(self.activity), self.after or 0)


class Revise(ChangeMessage, frozen=True, kw_only=True):
    activity: Number
    value: Object

    def operation(self) -> Operation:
        return plan.Revise(self.activity, self.value)


class Discard(ChangeMessage, frozen=True, kw_only=True):
    activity: Number

    def operation(self) -> Operation:
        return plan.Discard(self.activity)


class Restore(ChangeMessage, frozen=True, kw_only=True):
    activity: Number

    def operation(self) -> Operation:
        return plan.Restore(self.activity)


class Order(ChangeMessage, frozen=True, kw_only=True):
    activities: Annotated[list[Number], Meta(max_length=ACTIVITIES_LIMIT)]

    def operation(self) -> Operation:
        return plan.Order(tuple(self.activities))
