from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.core.checks import register

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
        from mapapp.streets.checks import check_street_file

        register(check_street_file)
        self.runtime = Runtime()
