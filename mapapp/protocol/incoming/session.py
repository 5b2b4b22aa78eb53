"""Frames of a client other than changes: hello, moves, its view of the map, ping."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from mapapp.protocol.incoming.declaration import Count, Latitude, Longitude, Number, Revision, Text
from mapapp.protocol.positions import MovesForm
from mapapp.protocol.snapshots import SnapshotForm


class Hello(Struct, tag="hello", tag_field="t", frozen=True):
    as_: Literal["participant", "screen", "host"] = msgspec.field(name="as")
    client: UUID | None = None
    token: Annotated[str, Meta(max_length=300)] | None = None
    key: Annotated[str, Meta(max_length=100)] | None = None
    epoch: Annotated[str, Meta(max_length=16)] | None = None
    rev: Revision = 0
    moves: MovesForm = "json"
    snapshot: SnapshotForm = "json"
    pair: Annotated[str, Meta(max_length=100)] | None = None
    label: Text = ""


class Move(Struct, tag="move", tag_field="t", frozen=True, gc=False):
    marker: Number
    grab: Count
    lat: Latitude
    lng: Longitude


class Look(Struct, tag="look", tag_field="t", frozen=True):
    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude


class Ping(Struct, tag="ping", tag_field="t", frozen=True):
    id: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
