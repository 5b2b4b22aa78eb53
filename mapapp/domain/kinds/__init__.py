"""All kinds of activity. To add one, write its file and import it here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mapapp.domain.fields import BadValue, read, read_object
from mapapp.domain.kinds import guess, own, shared, zones
from mapapp.domain.kinds.declaration import ACTIVITY_KINDS, Kind
from mapapp.domain.kinds.unknown import unknown

__all__ = [
    "ACTIVITY_KINDS",
    "Kind",
    "compiled",
    "guess",
    "own",
    "read_settings",
    "shared",
    "stored",
    "zones",
]


def read_settings(name: str, given: Any) -> dict[str, Any]:
    """All settings of a kind, from those given. Raises `BadValue`."""
    return read(ACTIVITY_KINDS[name].fields, given)


def compiled(name: str, settings: Mapping[str, Any] | None = None) -> Kind:
    """The kind of this name with these settings; where none is registered, an `Unknown` one."""
    return stored(name, json.dumps(settings or {}))


@lru_cache(maxsize=1_000)
def stored(name: str, settings: str) -> Kind:
    """As `compiled`, with the settings as JSON, worked out once for all who ask."""
    given = read_object(json.loads(settings))
    kind = ACTIVITY_KINDS.get(name)
    if kind is None:
        return unknown(name)(given)
    known = {key: value for key, value in given.items() if key in kind.fields}
    try:
        return kind(read(kind.fields, known))
    except BadValue:
        # A newer version may allow more than this one.
        return unknown(name)({**read(kind.fields, {}), **given})
