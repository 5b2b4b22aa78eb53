"""One activity of a room: a question, its surface, the rules for answering it, and its stage."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mapapp.domain.fields import BadValue, Decimal, Field, OneOf, Text, read, read_object
from mapapp.domain.geo import position
from mapapp.domain.kinds import ACTIVITY_KINDS, Kind, compiled, read_settings
from mapapp.domain.surface import Surface, read_surface
from mapapp.domain.text import LABEL_LIMIT, QUESTION_LIMIT

NO_ID = UUID(int=0)

ACTIVITIES_LIMIT = 50
# The most pinned markers of one activity.
PINNED_LIMIT = 50

OPEN, LOCKED = "open", "locked"

PREPARE, ANSWER, OVER, REVEALED = "prepare", "answer", "closed", "revealed"
STAGES = (PREPARE, ANSWER, OVER, REVEALED)

# What comes after the bell can be offered to the host for so long.
LATE_SECONDS = 120.0


@dataclass(slots=True, frozen=True)
class Late:
    """An answer that came after the bell; `marker` is the one it moves, 0 for a new one."""

    marker: int
    lat: float
    lng: float


@dataclass(slots=True)
class Activity:
    """A question with its markers.

    `number` is unique in the room and never given again. `kind` has the activity's
    settings. `stage` is PREPARE (nobody answers yet), ANSWER, OVER or REVEALED. `ends`
    is when answers end, or ended, by the timer: in seconds since 1970, 0 without one.
    `late` are the answers that came after that, by person. `id` is the key of its row,
    which only a store uses.
    """

    id: UUID = NO_ID
    kind: Kind = field(default_factory=lambda: compiled("own"))
    question: str = ""
    surface: Surface = field(default_factory=Surface)
    number: int = 1
    stage: str = ANSWER
    round: int = 1
    ends: float = 0.0
    late: dict[int, Late] = field(default_factory=dict)
    discarded: bool = False

    @property
    def answers(self) -> str:
        """OPEN, or LOCKED for all but hosts."""
        return OPEN if self.stage == ANSWER else LOCKED

    @property
    def hides(self) -> bool:
        """Whether only hosts and their owners see markers now."""
        return self.kind.hides and self.stage != REVEALED

    @property
    def has_secrets(self) -> bool:
        """Whether there is anything about it that only hosts may know now."""
        return self.stage != REVEALED and bool(self.kind.hides or self.kind.secrets)

    @property
    def ends_ms(self) -> int | None:
        """`ends` as on the wire: in milliseconds, None without one."""
        return math.ceil(self.ends * 1000) if self.ends else None

    def plan(self) -> dict[str, Any]:
        """What a host has prepared, as on the wire and in a file."""
        return {
            "kind": self.kind.name,
            "question": self.question,
            "surface": self.surface.data(),
            "settings": dict(self.kind.settings),
        }

    def data(self) -> dict[str, Any]:
        """All of it, as hosts are told."""
        return {
            "number": self.number,
            **self.plan(),
            "stage": self.stage,
            "round": self.round,
            "ends": self.ends_ms,
        }


@dataclass(slots=True, frozen=True)
class Pin:
    """A marker that a host prepares: a target, an example, an obstacle. Only hosts move it.

    Once the activity is there it is a `Marker` like the others, with `pinned` set.
    """

    lat: float
    lng: float
    label: str = ""

    def data(self) -> dict[str, Any]:
        """As on the wire."""
        place = {"lat": self.lat, "lng": self.lng}
        return {**place, "label": self.label} if self.label else place


@dataclass(slots=True, frozen=True)
class Plan:
    """What a host asks for: a kind with its settings, a question, a surface, pinned markers.

    `pinned` is None if they stay as they are.
    """

    kind: Kind
    question: str
    surface: Surface
    pinned: tuple[Pin, ...] | None = None

    def data(self) -> dict[str, Any]:
        """As on the wire."""
        plan = Activity(kind=self.kind, question=self.question, surface=self.surface).plan()
        return {**plan, "pinned": [pin.data() for pin in self.pinned]} if self.pinned else plan


def read_plan(given: Any, *, before: Activity | None = None) -> Plan:
    """The plan that an object on the wire describes; what it leaves out stays as `before`.

    Raises `BadValue`.
    """
    given = read_object(given)
    was = before.plan() if before else {}
    fields: dict[str, Field] = {
        "kind": OneOf(tuple(ACTIVITY_KINDS), "own"),
        "question": Text(QUESTION_LIMIT, required=True),
    }
    known = {name: given[name] for name in fields if name in given}
    others = {name: value for name, value in given.items() if name not in fields}
    for name in others:
        if name not in ("surface", "settings", "pinned"):
            raise BadValue(str(name)[:40], "There's no such field.")
    values = read(fields, {**{name: was[name] for name in was if name in fields}, **known})
    if not values["question"]:
        raise BadValue("question", "This field is missing.")
    kind = values["kind"]
    # Settings of another kind mean nothing to this one.
    settings = given.get("settings", was.get("settings", {}) if kind == was.get("kind") else {})
    surface = given.get("surface", was.get("surface", {}))
    try:
        read_kind = compiled(kind, read_settings(kind, settings))
    except BadValue as bad:
        raise bad.within("settings") from None
    try:
        ground = read_surface(surface)
    except BadValue as bad:
        raise bad.within("surface") from None
    pinned = _read_pins(given["pinned"], ground) if "pinned" in given else None
    return Plan(read_kind, values["question"], ground, pinned)


_PIN: dict[str, Field] = {
    "lat": Decimal(None, -90, 90),
    "lng": Decimal(None, -180, 180),
    "label": Text(LABEL_LIMIT),
}


def _read_pins(given: Any, surface: Surface) -> tuple[Pin, ...]:
    if type(given) not in (list, tuple) or len(given) > PINNED_LIMIT:
        raise BadValue("pinned", f"Expected a list of at most {PINNED_LIMIT}.")
    return tuple(_read_pin(one, f"pinned[{index}]", surface) for index, one in enumerate(given))


def _read_pin(given: Any, path: str, surface: Surface) -> Pin:
    values = read(_PIN, given, path)
    for name in ("lat", "lng"):
        if values[name] is None:
            raise BadValue(f"{path}.{name}", "This field is missing.")
    lat, lng = position(values["lat"], values["lng"])
    if not surface.has(lat, lng):
        raise BadValue(path, "Expected a place on the surface.")
    return Pin(lat, lng, values["label"])
