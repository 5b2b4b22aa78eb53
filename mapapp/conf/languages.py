"""Which languages the pages can be in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def translations(folders: Iterable[Path]) -> list[str]:
    """The codes of the languages that there is a compiled catalogue for, and English."""
    found = {
        path.parent.parent.name.lower().replace("_", "-")
        for folder in folders
        for path in folder.glob("*/LC_MESSAGES/django.mo")
    }
    return ["en", *sorted(found - {"en"})]
