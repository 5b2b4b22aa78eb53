"""An export of a large room: whole, in pieces, and in the memory of a small one."""

import gc
import json
import tracemalloc
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from mapapp.api.v1 import exports
from mapapp.api.v1.result_formats import RESULT_FORMATS
from mapapp.models import Change, Marker, Participant, Room
from mapapp.rooms.creation import CreatedRoom
from mapapp.rooms.results import results_of
from tests.api.asking import Ask

pytestmark = pytest.mark.django_db(transaction=True)

ENDINGS = sorted(RESULT_FORMATS)


def fill(room: Room, first: int, last: int) -> None:
    """Markers with these numbers, each of a person of its own, as the store would leave them."""
    numbers = range(first, last + 1)
    at = timezone.now()
    Participant.objects.bulk_create(
        Participant(id=uuid.uuid4(), room=room, number=n, name=f"Person {n}") for n in numbers
    )
    Marker.objects.bulk_create(
        Marker(
            room=room,
            activity=room.activity,
            number=n,
            owner=n,
            lat=n % 80,
            lng=n % 180,
            label=f"Label {n} äöü",
            changed_at_revision=n,
        )
        for n in numbers
    )
    Change.objects.bulk_create(
        Change(room=room, revision=n, at=at, by=n, kind="add", marker=n) for n in numbers
    )
    Room.objects.filter(pk=room.pk).update(revision=last)


def test_memory_does_not_grow_with_the_room(opened: CreatedRoom) -> None:
    """4,000 markers take no more than 1,200 do."""

    def peak(ending: str) -> tuple[int, int]:
        gc.collect()  # empties Python's free lists, whose objects would not be counted
        tracemalloc.start()
        try:
            export = exports._write(opened.room.pk, RESULT_FORMATS[ending], timezone.now())
            assert export is not None
            export.close()
            return tracemalloc.get_traced_memory()[1], export.length
        finally:
            tracemalloc.stop()

    fill(opened.room, 1, 1_200)
    peak("json")  # what is made once
    little = {ending: peak(ending) for ending in ENDINGS}
    fill(opened.room, 1_201, 4_000)
    much = {ending: peak(ending) for ending in ENDINGS}
    for ending in ENDINGS:
        assert much[ending][1] > 3 * little[ending][1], ending
        assert much[ending][0] < 1.2 * little[ending][0], ending
    with results_of(opened.room.pk, timezone.now()) as found:
        assert found is not None
        numbers = [marker.number for marker in found.markers()]
        assert numbers == list(range(1, 4_001))


async def test_a_large_room_arrives_whole_in_pieces(ask: Ask, opened: CreatedRoom) -> None:
    await sync_to_async(fill)(opened.room, 1, 3_000)
    response = await ask("json")
    pieces = [piece async for piece in response.streaming_content]
    assert len(pieces) > 5
    found = json.loads(b"".join(pieces))
    assert [m["marker"] for m in found["markers"]] == list(range(1, 3_001))
    assert [p["person"] for p in found["people"]] == list(range(1, 3_001))
    assert {m["added"] for m in found["markers"]} == {m["changed"] for m in found["markers"]}
    assert None not in {m["added"] for m in found["markers"]}
    assert found["markers"][2_345]["name"] == "Person 2346"
