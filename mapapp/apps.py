from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from mapapp.runtime import Runtime


class MapAppConfig(AppConfig):
    name = "mapapp"
    verbose_name = "Live map"
    default_auto_field = "django.db.models.BigAutoField"

    runtime: Runtime

    def ready(self) -> None:
        # Models can be imported only now.
        from mapapp.runtime import Runtime

        self.runtime = Runtime()
