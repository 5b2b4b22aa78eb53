"""The ASGI application, for Daphne and every other ASGI server."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapapp.settings")

from routing import application

__all__ = ["application"]
