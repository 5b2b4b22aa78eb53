"""Values from outside that become part of an activity: what each may be, and its default.

Nothing unknown and nothing out of range gets past `read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mapapp.domain.refusals import Refused
from mapapp.domain.text import clean


class BadValue(ValueError):
    """`field` is at fault, given as a path ("surface.view.lat"); `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

    def within(self, outer: str) -> BadValue:
        """The same, seen from the object that contains this one."""
        return BadValue(f"{outer}.{self.field}" if self.field else outer, self.message)


class Field(Protocol):
    """One value: `read` returns it in its own form, or raises `BadValue` for field `name`."""

    @property
    def default(self) -> Any: ...
    def read(self, name: str, value: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    default: int
    least: int
    most: int
    # One more that is allowed: 0 for "none", say.
    also: int | None = None

    def read(self, name: str, value: Any) -> int:
        # Not isinstance, which would take true for a number.
        if type(value) is not int or not (self.least <= value <= self.most or value == self.also):
            other = "" if self.also is None else f", or {self.also}"
            raise BadValue(
                name, f"Expected a whole number from {self.least} to {self.most}{other}."
            )
        return value


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number with decimals."""

    default: float | None
    least: float
    most: float

    def read(self, name: str, value: Any) -> float:
        # NaN is not between any two numbers, and a whole number may be too large for a float.
        if type(value) not in (int, float) or not self.least <= value <= self.most:
            raise BadValue(name, f"Expected a number from {self.least:g} to {self.most:g}.")
        return float(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    default: bool

    def read(self, name: str, value: Any) -> bool:
        if type(value) is not bool:
            raise BadValue(name, "Expected true or false.")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """Text on one line, cleaned as everything that people type."""

    limit: int
    default: str = ""
    required: bool = False

    def read(self, name: str, value: Any) -> str:
        if type(value) is not str:
            raise BadValue(name, "Expected text.")
        try:
            return clean(value, self.limit, required=self.required)
        except Refused as refused:
            raise BadValue(name, refused.message) from None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several names."""

    names: tuple[str, ...]
    default: str

    def read(self, name: str, value: Any) -> str:
        if type(value) is not str or value not in self.names:
            raise BadValue(name, f"Expected {' or '.join(f'“{one}”' for one in self.names)}.")
        return value


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers, each with its own range."""

    parts: tuple[Decimal, ...]
    default: tuple[float, ...] | None = None

    def read(self, name: str, value: Any) -> tuple[float, ...]:
        if type(value) not in (list, tuple) or len(value) != len(self.parts):
            raise BadValue(name, f"Expected a list of {len(self.parts)} numbers.")
        parts = zip(self.parts, value, strict=True)
        return tuple(part.read(name, one) for part, one in parts)


@dataclass(frozen=True, slots=True)
class Several:
    """A list of values of one sort; `least` and `most` count them."""

    of: Field
    least: int
    most: int
    default: tuple[Any, ...] | None = ()

    def read(self, name: str, value: Any) -> tuple[Any, ...]:
        if type(value) not in (list, tuple) or not self.least <= len(value) <= self.most:
            raise BadValue(name, f"Expected a list of {self.least} to {self.most}.")
        return tuple(self.of.read(f"{name}[{index}]", one) for index, one in enumerate(value))


LATITUDE, LONGITUDE = Decimal(0.0, -90, 90), Decimal(0.0, -180, 180)
BOX = Numbers((LATITUDE, LONGITUDE, LATITUDE, LONGITUDE))
"""South, west, north, east."""


def read(fields: Mapping[str, Field], given: Any, path: str = "") -> dict[str, Any]:
    """The values of all `fields`: those in the object `given`, or else their defaults.

    Raises `BadValue`, also for a name that is none of the fields.
    """
    given = read_object(given, path)
    for name in given:
        if name not in fields:
            raise BadValue(_joined(path, str(name)[:40]), "There's no such field.")
    return {
        name: field.read(_joined(path, name), given[name]) if name in given else field.default
        for name, field in fields.items()
    }


def read_object(given: Any, path: str = "") -> Mapping[str, Any]:
    """The JSON object that was given. Raises `BadValue`."""
    if not isinstance(given, Mapping):
        raise BadValue(path, "Expected an object.")
    return given


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
