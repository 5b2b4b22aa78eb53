"""`manage.py delete_room CODE`: delete a room now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mapapp.models import Room
from mapapp.rooms.ending import end_and_delete


class Command(BaseCommand):
    help = "Close a room, tell everybody who is in it, and delete it with all that is in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the room's six digits")

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        room = Room.objects.filter(code=code).first()
        if room is None:
            raise CommandError(f"There is no room {code}.")
        end_and_delete([room])
        self.stdout.write(f"Room {code} is deleted")
