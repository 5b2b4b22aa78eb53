"""All kinds of activity. To add one, write its file and import it here."""

from __future__ import annotations

from functools import lru_cache

from mapapp.domain.kinds import own, shared
from mapapp.domain.kinds.declaration import ACTIVITY_KINDS, Kind, Settings

__all__ = ["ACTIVITY_KINDS", "Kind", "Settings", "compiled", "own", "shared"]


@lru_cache(maxsize=1_000)
def compiled(name: str, settings: Settings) -> Kind:
    """The kind of this name with its settings. Raises `KeyError` if there is none."""
    return ACTIVITY_KINDS[name](settings)
