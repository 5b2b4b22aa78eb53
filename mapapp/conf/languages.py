"""The languages that pages are available in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def translations(folders: Iterable[Path]) -> list[str]:
    """English, and the codes of the languages that have a compiled catalogue."""
    found = {
        path.parent.parent.name.lower().replace("_", "-")
        for folder in folders
        for path in folder.glob("*/LC_MESSAGES/django.mo")
    }
    return ["en", *sorted(found - {"en"})]
