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

from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from mapapp.domain.activity import Activity
from mapapp.domain.results.sphere import Position
from mapapp.models import Activity as ActivityRow
from mapapp.models import Change, Marker, Participant, Room
from mapapp.rooms.scores import Score, Scores
from mapapp.storage.sql import reading
from mapapp.storage.sql.snapshot import one_moment

PAGE = 500  # rows


@dataclass(frozen=True, slots=True)
class ResultActivity:
    """An activity, and its place in the room's order, from 1."""

    position: int
    activity: Activity


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
    anything about it last changed; the times are None if they are not known. `before`
    is where it stood at the end of the first round, if there was a second. `pinned`: a
    host has put it there for good. `counts`: it is an answer of the audience's.
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
    before: Position | None
    pinned: bool
    counts: bool
    score: Score


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

    def activities(self) -> list[ResultActivity]:
        """The activities in their order, without those that hosts have discarded."""
        rows = ActivityRow.objects.filter(room=self._room, discarded=False)
        positions = dict(rows.values_list("id", "position"))
        return [
            ResultActivity(positions[one.id], one)
            for one in reading.activities(self._room)
            if one.id in positions
        ]

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
        activities = {one.activity.id: one for one in self.activities()}
        scores = {id: self._scores(one.activity) for id, one in activities.items()}
        on_map = Marker.objects.filter(room=self._room, removed=False).annotate(
            name=Coalesce(Subquery(_NAME), Value("")),
            counts=Exists(_COUNTS),
            changed=Subquery(_CHANGED),
        )
        while True:
            rows = on_map.filter(number__gt=last).order_by("number")
            page = list(rows.values_list(*_COLUMNS, named=True)[:PAGE])
            for row in page:
                if row.activity_id in activities:
                    yield ResultMarker(
                        *(row.number, activities[row.activity_id].position, row.lat, row.lng),
                        *(row.label, row.colour, row.icon, row.owner, row.name, row.changed),
                        added=added.at(row.number),
                        before=None if row.before_lat is None else (row.before_lat, row.before_lng),
                        pinned=row.pinned,
                        counts=(counts := row.counts and not row.pinned),
                        score=scores[row.activity_id].of((row.lat, row.lng), counts=counts),
                    )
            if len(page) < PAGE:
                return
            last = page[-1].number

    def _scores(self, activity: Activity) -> Scores:
        """Reads all guesses, where there is something to guess: places need all distances."""
        scores = Scores(activity, ())
        if not scores.is_guess:
            return scores
        guesses = Marker.objects.filter(
            Exists(_COUNTS), activity=activity.id, removed=False, pinned=False
        )
        return Scores(activity, guesses.values_list("lat", "lng").iterator(PAGE))


_COLUMNS = (
    *("number", "activity_id", "lat", "lng", "label", "colour", "icon", "owner"),
    *("name", "changed", "before_lat", "before_lng", "pinned", "counts"),
)
_NAME = Participant.objects.filter(
    room=OuterRef("room"), number=OuterRef("owner"), listed=True, banned=False
).values("name")
# Hosts' own answers are not compared with others'.
_COUNTS = Participant.objects.filter(
    room=OuterRef("room"), number=OuterRef("owner"), banned=False, steers=False
)
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
