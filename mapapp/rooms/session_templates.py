"""Sessions to begin with: each a JSON file in `templates/`, in the form of a saved session.

To add one, write its file; the number at the beginning of its name is its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True, slots=True)
class SessionTemplate:
    """`activities` are as on the wire; `title` and `description` are in English."""

    id: str
    title: str
    description: str
    activities: list[dict[str, Any]]


@cache
def session_templates() -> tuple[SessionTemplate, ...]:
    """All of them, in the order in which they are offered."""
    files = sorted(_FOLDER.glob("*.json"), key=lambda file: int(file.stem.partition("-")[0]))
    return tuple(_read(file) for file in files)


def _read(file: Path) -> SessionTemplate:
    found = json.loads(file.read_text(encoding="utf-8"))
    _place, _hyphen, id = file.stem.partition("-")
    return SessionTemplate(id, found["title"], found["description"], found["activities"])
