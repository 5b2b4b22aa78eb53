"""`manage.py new_epoch`: after a backup has been restored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mapapp.boot.process_lock import AnotherProcess, SingleProcess
from mapapp.models import Room
from mapapp.rooms.creation import new_epoch


class Command(BaseCommand):
    help = (
        "Give each room a new epoch. A restored backup is older than what people have on their "
        "phones; the new epoch makes every client take the room's state anew. Stop all servers "
        "first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        single = SingleProcess()
        if not settings.REDIS_URL:
            try:
                single.claim()
            except AnotherProcess:
                raise CommandError("Stop the server first: it would not notice.") from None
        changed = 0
        for room in Room.objects.only("pk"):
            changed += Room.objects.filter(pk=room.pk).update(epoch=new_epoch())
        single.release()
        self.stdout.write(f"{changed} rooms have a new epoch")
