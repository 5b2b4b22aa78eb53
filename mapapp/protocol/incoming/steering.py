"""Changes by which hosts steer, as a client asks for them."""

from __future__ import annotations

from mapapp.domain.changes import Operation, steering
from mapapp.protocol.incoming.declaration import (
    ChangeMessage,
    Latitude,
    Longitude,
    MarkerOrNone,
    Text,
)


class Question(ChangeMessage, frozen=True, kw_only=True):
    question: Text

    def operation(self) -> Operation:
        return steering.Question(self.question)


class Title(ChangeMessage, frozen=True, kw_only=True):
    title: Text

    def operation(self) -> Operation:
        return steering.Title(self.title)


class Lock(ChangeMessage, frozen=True, kw_only=True):
    def operation(self) -> Operation:
        return steering.Lock()


class Unlock(ChangeMessage, frozen=True, kw_only=True):
    def operation(self) -> Operation:
        return steering.Unlock()


class Close(ChangeMessage, frozen=True, kw_only=True):
    def operation(self) -> Operation:
        return steering.Close()


class Spotlight(ChangeMessage, frozen=True, kw_only=True):
    marker: MarkerOrNone

    def operation(self) -> Operation:
        return steering.Spotlight(self.marker)


class Camera(ChangeMessage, frozen=True, kw_only=True):
    area: tuple[Latitude, Longitude, Latitude, Longitude] | None = None
    everyone: bool = False

    def operation(self) -> Operation:
        return steering.Camera(self.area, self.everyone)
