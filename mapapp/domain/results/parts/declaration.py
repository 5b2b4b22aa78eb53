"""How a part of a result is declared.

    @part
    def countries(answers: Answers) -> Fields:
        return {"countries": ...}

A part gives the fields that it adds to everybody's result, none where it does not
apply; a `@personal` one those that it adds to each person's own, by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mapapp.domain.results.answers import Answers

Fields = Mapping[str, Any]
"""Numbers, texts and lists, by names that no other part uses (docs/PROTOCOL.md)."""
Part = Callable[[Answers], Fields]
Personal = Callable[[Answers], Mapping[int, Fields]]

PARTS: dict[str, Part] = {}
PERSONAL: dict[str, Personal] = {}


def part(function: Part) -> Part:
    """Register a part of everybody's result, by the function's name."""
    assert function.__name__ not in PARTS, f"two parts are called {function.__name__}"
    PARTS[function.__name__] = function
    return function


def personal(function: Personal) -> Personal:
    """Register a part of one's own result, by the function's name."""
    assert function.__name__ not in PERSONAL, f"two parts are called {function.__name__}"
    PERSONAL[function.__name__] = function
    return function
