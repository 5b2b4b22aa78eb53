"""Changes of people, as a client asks for them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mapapp.domain.changes import Operation, people
from mapapp.protocol.incoming.declaration import ChangeMessage, Number, Text


class Name(ChangeMessage, frozen=True, kw_only=True):
    name: Text

    def operation(self) -> Operation:
        return people.Name(self.name)


class Ban(ChangeMessage, frozen=True, kw_only=True):
    person: Number

    def operation(self) -> Operation:
        return people.Ban(self.person)


class Expel(ChangeMessage, frozen=True, kw_only=True):
    seconds: Annotated[int, Meta(ge=1, le=10**7)] | None = None
    like: Number | None = None

    def operation(self) -> Operation:
        return people.Expel(self.seconds or 0, self.like or 0)


class Door(ChangeMessage, frozen=True, kw_only=True):
    open: bool

    def operation(self) -> Operation:
        return people.Door(self.open)
