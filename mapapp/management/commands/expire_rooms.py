"""`manage.py expire_rooms`: for a daily timer, if a server runs for long."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mapapp.rooms.expiry import expire_rooms


class Command(BaseCommand):
    help = "Delete the rooms whose time is over (ROOM_TTL_HOURS), with all that is in them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_rooms(timezone.now())} rooms deleted")
