"""One durable step of a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, frozen=True)
class Change:
    """One durable step. `by` is a person's number, 0 for the server itself.

    `at` is in seconds since 1970; `data` holds the fields of its kind.
    """

    revision: int
    kind: str
    by: int = 0
    marker: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0
