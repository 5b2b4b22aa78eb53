"""A room's results, read page by page as they are at one revision, to take them home.

The rows are the host's: a host may see everything (`domain.sight`), so nothing is
withheld. What is no longer on the map is left out: removed markers, and people whom
a host has removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from mapapp.models import Activity, Change, Marker, Participant, Room
from mapapp.storage.sql.snapshot import one_moment

PAGE = 500  # rows


@dataclass(frozen=True, slots=True)
class ResultActivity:
    """An activity; `position` is its place in the room's order, from 1. The view is in degrees."""

    position: int
    kind: str
    question: str
    markers_each: int
    anyone_adds: bool
    lat: float
    lng: float
    zoom: float


@dataclass(frozen=True, slots=True)
class ResultPerson:
    """A person whose name everybody in the room has been told."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class ResultMarker:
    """A marker that is on the map, in WGS 84 degrees, where it was last put down.

    `activity` is the position of its activity. `person` is its owner's number, 0 for
    nobody, and `name` the owner's, empty if it was told to nobody. `changed` is when
    anything about it last changed; the times are None if they are not known.
    """

    number: int
    activity: int
    lat: float
    lng: float
    label: str
    colour: int
    icon: int
    person: int
    name: str
    changed: datetime | None
    added: datetime | None


class Results:
    """A room at one revision. Each method reads anew, a page of rows at a time."""

    def __init__(self, room: Room) -> None:
        self._room = room.pk
        self.code = room.code
        self.title = room.title
        self.phase = room.phase
        self.created = room.created
        self.revision = room.revision
        current = room.activity
        # The current activity's.
        self.question = current.question if current else ""
        self.activity = current.position if current else None

    def activities(self) -> Iterator[ResultActivity]:
        """The activities, in their order."""
        rows = Activity.objects.filter(room=self._room).order_by("position")
        for row in rows.values_list(
            *("position", "kind", "question", "markers_each", "anyone_adds"),
            *("view_lat", "view_lng", "view_zoom"),
        ):
            yield ResultActivity(*row)

    def people(self) -> Iterator[ResultPerson]:
        """The people, by number."""
        last = 0
        listed = Participant.objects.filter(room=self._room, listed=True, banned=False)
        while True:
            rows = listed.filter(number__gt=last).order_by("number")
            page = list(rows.values_list("number", "name")[:PAGE])
            for row in page:
                yield ResultPerson(*row)
            if len(page) < PAGE:
                return
            last = page[-1][0]

    def markers(self) -> Iterator[ResultMarker]:
        """The markers of all activities, by number."""
        last = 0
        added = _Added(self._room)
        on_map = Marker.objects.filter(room=self._room, removed=False).annotate(
            name=Coalesce(Subquery(_NAME), Value("")), changed=Subquery(_CHANGED)
        )
        while True:
            rows = on_map.filter(number__gt=last).order_by("number")
            page = list(rows.values_list(*_COLUMNS)[:PAGE])
            for row in page:
                fields = [*row, added.at(row[0])]
                yield ResultMarker(*fields)
            if len(page) < PAGE:
                return
            last = page[-1][0]


_COLUMNS = (
    *("number", "activity__position", "lat", "lng", "label", "colour", "icon", "owner"),
    *("name", "changed"),
)
_NAME = Participant.objects.filter(
    room=OuterRef("room"), number=OuterRef("owner"), listed=True, banned=False
).values("name")
_CHANGED = Change.objects.filter(
    room=OuterRef("room"), revision=OuterRef("changed_at_revision")
).values("at")


class _Added:
    """When markers were added, for one who asks by rising numbers.

    Markers get their numbers in the order of revisions, so the room's changes are read
    along with them, once, by the index that is there.
    """

    def __init__(self, room: UUID) -> None:
        self._rows = self._read(room)
        self._number, self._at = 0, None

    def at(self, marker: int) -> datetime | None:
        """When this marker was added; None if no change says so."""
        while self._number < marker:
            self._number, self._at = next(self._rows, (marker, None))
        return self._at if self._number == marker else None

    _number: int
    _at: datetime | None

    @staticmethod
    def _read(room: UUID) -> Iterator[tuple[int, datetime]]:
        last = 0
        while True:
            rows = Change.objects.filter(room=room, kind="add", revision__gt=last)
            found = rows.order_by("revision").values_list("revision", "marker", "at")
            page = list(found[:PAGE])
            for _revision, marker, at in page:
                yield marker, at
            if len(page) < PAGE:
                return
            last = page[-1][0]


@contextmanager
def results_of(room: UUID, now: datetime) -> Iterator[Results | None]:
    """The results of a room, valid within the `with`; None if it has expired by `now` or gone.

    Blocks, and may raise `DatabaseError`.
    """
    with one_moment():
        found = Room.objects.select_related("activity").filter(pk=room, expires__gt=now).first()
        yield None if found is None else Results(found)
