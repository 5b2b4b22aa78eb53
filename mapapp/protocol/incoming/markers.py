"""Changes of markers, as a client asks for them."""

from __future__ import annotations

from mapapp.domain.changes import Operation, markers
from mapapp.protocol.incoming.declaration import (
    ChangeMessage,
    Count,
    Latitude,
    Longitude,
    Number,
    PaletteIndex,
    Revision,
    Text,
)


class Add(ChangeMessage, frozen=True, kw_only=True):
    lat: Latitude
    lng: Longitude
    label: Text = ""
    colour: PaletteIndex | None = None
    icon: PaletteIndex = 0
    pinned: bool = False

    def operation(self) -> Operation:
        return markers.Add(self.lat, self.lng, self.label, self.colour, self.icon, self.pinned)


class Grab(ChangeMessage, frozen=True, kw_only=True):
    marker: Number
    unmoved_since: Revision = 0

    def operation(self) -> Operation:
        return markers.Grab(self.marker, self.unmoved_since)


class Drop(ChangeMessage, frozen=True, kw_only=True):
    marker: Number
    grab: Count
    lat: Latitude
    lng: Longitude
    unmoved_since: Revision = 0

    def operation(self) -> Operation:
        return markers.Drop(self.marker, self.grab, self.lat, self.lng, self.unmoved_since)


class Place(ChangeMessage, frozen=True, kw_only=True):
    marker: Number
    lat: Latitude
    lng: Longitude
    unmoved_since: Revision = 0

    def operation(self) -> Operation:
        return markers.Place(self.marker, self.lat, self.lng, self.unmoved_since)


class Edit(ChangeMessage, frozen=True, kw_only=True):
    marker: Number
    label: Text | None = None
    colour: PaletteIndex | None = None
    icon: PaletteIndex | None = None

    def operation(self) -> Operation:
        return markers.Edit(self.marker, self.label, self.colour, self.icon)


class Remove(ChangeMessage, frozen=True, kw_only=True):
    marker: Number

    def operation(self) -> Operation:
        return markers.Remove(self.marker)


class PutBack(ChangeMessage, frozen=True, kw_only=True):
    marker: Number

    def operation(self) -> Operation:
        return markers.PutBack(self.marker)


class Release(ChangeMessage, frozen=True, kw_only=True):
    marker: Number

    def operation(self) -> Operation:
        return markers.EndHold(self.marker)
