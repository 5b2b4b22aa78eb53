"""UUIDs, times and JSON in the database's form, which Django's connection knows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Sized
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

T = TypeVar("T")

# SQLite takes 32,766 parameters in a statement unless it was built otherwise, as
# Debian's is; one more is an OperationalError, as if the database were away. A
# little below that, because a statement has parameters besides its list or rows.
PARAMETERS = 32_700


def slices(values: Collection[T], width: int = 1) -> Iterator[Sequence[T]]:
    """All values, in as few slices as fit into a statement; each takes `width` parameters."""
    ordered, size = list(values), PARAMETERS // width
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def places(values: Sized) -> str:
    """The placeholders for a list of these values, which must not be empty."""
    return ", ".join(["%s"] * len(values))


def datetime_of(seconds: float) -> datetime:
    """Seconds since 1970 as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)


@cache
def _has_uuids() -> bool:
    """Whether the database knows UUIDs. Django's own check costs more than writing a row."""
    return bool(connection.features.has_native_uuid_field)


def uuid_value(value: UUID) -> Any:
    """A UUID as a parameter of a statement."""
    return value if _has_uuids() else value.hex


# All changes of a commit have the same time.
@lru_cache(maxsize=64)
def time_value(seconds: float) -> Any:
    """A time, in seconds since 1970, as a parameter of a statement."""
    return connection.ops.adapt_datetimefield_value(datetime_of(seconds))


def clock_expression() -> str:
    """The database's current time, for a SELECT; NULL where it has no clock of its own."""
    return "clock_timestamp()" if connection.vendor == "postgresql" else "NULL"


def json_value(value: Mapping[str, Any]) -> Any:
    """A JSON object as a parameter of a statement."""
    return connection.ops.adapt_json_value(dict(value), json.JSONEncoder)


def uuid_of(value: UUID | str) -> UUID:
    """The UUID in a row."""
    return value if isinstance(value, UUID) else UUID(value)


def seconds_of(value: datetime | None) -> float:
    """The time in a row, in seconds since 1970; 0.0 for none."""
    if value is None:
        return 0.0
    # SQLite keeps no time zone; Django keeps all times there in UTC.
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
