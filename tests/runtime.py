"""A process that has just started, as far as its limits and caches go."""

from __future__ import annotations

from django.apps import apps


def renew_runtime() -> None:
    apps.get_app_config("mapapp").ready()
