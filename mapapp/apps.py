from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from django.apps import AppConfig


class MapAppConfig(AppConfig):
    name = "mapapp"
    verbose_name = "Live map"
    default_auto_field = "django.db.models.BigAutoField"

    # Set by routing.py once the hub exists, and asked by /readyz. None means
    # that nobody has opened a socket in this process yet, which is fine.
    relay_ready: ClassVar[Callable[[], Awaitable[bool]] | None] = None
