"""Changes of the flow, as a client asks for them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from mapapp.domain.changes import Operation, flow
from mapapp.protocol.incoming.declaration import ChangeMessage, Latitude, Longitude, Number

StageName = Literal["prepare", "answer", "closed", "revealed"]
Round = Annotated[int, Meta(ge=1, le=flow.ROUNDS)]


class Seen(Struct, frozen=True):
    """The stage that the host saw when asking for another."""

    activity: Number
    stage: StageName
    round: Round = 1


class Go(ChangeMessage, frozen=True, kw_only=True):
    activity: Number

    def operation(self) -> Operation:
        return flow.Go(self.activity)


class Stage(ChangeMessage, frozen=True, kw_only=True, rename={"saw": "from"}):
    stage: StageName
    saw: Seen
    round: Round | None = None

    def operation(self) -> Operation:
        saw = (self.saw.activity, self.saw.stage, self.saw.round)
        return flow.Stage(self.stage, saw, self.round or 0)


class Timer(ChangeMessage, frozen=True, kw_only=True):
    seconds: Annotated[int, Meta(ge=0, le=3600)]

    def operation(self) -> Operation:
        return flow.Timer(self.seconds)


class Late(ChangeMessage, frozen=True, kw_only=True):
    lat: Latitude
    lng: Longitude
    marker: Number | None = None

    def operation(self) -> Operation:
        return flow.OfferLate(self.lat, self.lng, self.marker or 0)


class Count(ChangeMessage, frozen=True, kw_only=True):
    person: Number

    def operation(self) -> Operation:
        return flow.Count(self.person)
