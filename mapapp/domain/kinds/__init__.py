"""All kinds of activity. To add one, write its file and import it here."""

from __future__ import annotations

from functools import lru_cache

from mapapp.domain.kinds import own, shared
from mapapp.domain.kinds.declaration import ACTIVITY_KINDS, Kind, Settings
from mapapp.domain.kinds.unknown import unknown

__all__ = ["ACTIVITY_KINDS", "Kind", "Settings", "compiled", "own", "shared"]


@lru_cache(maxsize=1_000)
def compiled(name: str, settings: Settings) -> Kind:
    """The kind of this name with its settings; where none is registered, an `Unknown` one."""
    return (ACTIVITY_KINDS.get(name) or unknown(name))(settings)
