"""Two processes that write to one room at the same time, as workers do, on either database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import IO

import pytest
from django.db import connection

from mapapp.models import Change, Marker, Room
from mapapp.rooms.creation import CreatedRoom
from testkit.services import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

COMMITS = 60


def database_url() -> str:
    """The address of the test's own database, for other processes."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user = f"{settings['USER']}:{settings['PASSWORD']}".rstrip(":")
    return f"postgresql://{user}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def writer(room: Room) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writer", str(room.pk), str(COMMITS)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()}
        | {"DJANGO_SETTINGS_MODULE": "mapapp.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pipe(found: IO[str] | None) -> IO[str]:
    assert found is not None
    return found


def test_each_change_gets_a_revision_of_its_own_and_takes_effect_once(opened: CreatedRoom) -> None:
    """O1, D1, D2: neither waits in vain for the other, however fast it writes."""
    writers = [writer(opened.room) for _ in range(2)]
    try:
        for one in writers:
            assert pipe(one.stdout).readline() == "ready\n"
        for one in writers:
            pipe(one.stdin).write("go\n")
            pipe(one.stdin).flush()
        said = [json.loads(one.communicate(timeout=120)[0]) for one in writers]
    finally:
        for one in writers:
            one.kill()
            one.communicate()
    assert [refused for _, refused in said] == [[], []]
    log = Change.objects.filter(room=opened.room).order_by("revision")
    stored = {change.revision: change for change in log}
    assert [*stored] == [*range(1, len(stored) + 1)]
    room = Room.objects.get(pk=opened.room.pk)
    assert room.revision == len(stored)
    acknowledged = [revision for revisions, _ in said for revision in revisions]
    assert len(acknowledged) == len({*acknowledged}) == 4 * COMMITS
    unasked = [change.kind for revision, change in stored.items() if revision not in acknowledged]
    assert unasked == ["person"] * 2, "nothing else was stored"
    markers = Marker.objects.filter(room=opened.room)
    assert {(marker.lat, marker.lng) for marker in markers} == {(3, 4)}
    assert [marker.number for marker in markers.order_by("number")] == [*range(1, 2 * COMMITS + 1)]
