"""`python -m tests.storage.writer ROOM COUNT`: another process that writes to a room.

It says "ready", waits for a line, and then commits COUNT times as fast as it can: somebody
adds a marker, and puts it somewhere else. It prints one line of JSON: the revisions it was
given, and what it was refused.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapapp.settings")
django.setup()

from django.conf import settings  # noqa: E402

from mapapp.domain.caps import RoomCaps  # noqa: E402
from mapapp.domain.changes.markers import Add, Place  # noqa: E402
from mapapp.models import Room  # noqa: E402
from mapapp.storage.store import DatabaseStore  # noqa: E402
from mapapp.storage.turns import turns_at  # noqa: E402
from tests.storage.people import Someone, ask  # noqa: E402


def main(room: str, count: int) -> None:
    store = DatabaseStore(
        caps=RoomCaps(room_markers=100_000, shared_each=100_000),
        turns=turns_at(settings.DATABASES["default"]),
    )
    person = Someone(f"Writer {os.getpid()}", Room.objects.get(pk=room))
    store.disconnect()
    print("ready", flush=True)
    sys.stdin.readline()
    revisions, refused = [], []
    for _ in range(count):
        add = person.asks(Add(1, 2))
        [added] = ask(store, add)
        # The same once more, as after a lost answer, together with something new.
        place = person.asks(Place(added.marker, 3, 4))
        again, placed = ask(store, add, place)
        assert again == added, "a repeat gets its first answer"
        for answer in (added, placed):
            if answer.code:
                refused.append(answer.code)
            else:
                revisions.append(answer.revision)
    print(json.dumps([revisions, refused]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
