"""A point on the map."""

from __future__ import annotations

from dataclasses import dataclass

COLOURS = 8
ICONS = 8


@dataclass(slots=True)
class Marker:
    """A point on the map. `owner` and `holder` are person numbers, 0 for nobody.

    `grab` is the revision of the present hold, 0 when nobody holds it.
    `held_until` is when the lease on the hold ends if nobody renews it, in
    seconds since 1970; only the store's value is authoritative. `moved` is the
    revision that last changed its position; if the server has ended a hold, the
    revision of its grab, because the movement belongs to that. `activity` is the
    number of its activity; `before`, where it was at the end of the first round.
    `pinned`: only hosts move and edit it, and it is never hidden.
    """

    number: int
    lat: float
    lng: float
    owner: int
    colour: int
    icon: int
    label: str
    holder: int = 0
    grab: int = 0
    held_until: float = 0.0
    moved: int = 0
    activity: int = 1
    before: tuple[float, float] | None = None
    pinned: bool = False
