"""`manage.py check` says what is wrong with a street map, before a server is started with it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from mapapp.streets.street_file import NoStreetFile, find_street_file


def check_street_file(**_: Any) -> list[CheckMessage]:
    """A warning, because the server works without that file."""
    try:
        found = find_street_file(settings.DATA_DIR)
    except NoStreetFile as problem:
        return [Warning(str(problem), id="mapapp.W001")]
    if found is not None:
        found.close()
    return []
