"""The one writer path: a batch of submissions becomes changes, in one transaction.

The room's row is the lock. Under it each submission is decided by the rules
against the rows that concern it, gets the next revision, and is stored with its
effect and its answer, so that a repeat finds the first answer (O1, D1, D2).
Every method blocks and may be called from any thread.
"""

from __future__ import annotations

import logging
import time as wall_clock
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import Error, connection, transaction

from mapapp.domain.caps import USUAL, RoomCaps
from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS, apply
from mapapp.domain.changes.declaration import Rows
from mapapp.domain.changes.keys import Pair
from mapapp.domain.refusals import REFUSALS, Refused, StoreUnavailable
from mapapp.domain.room import RoomState
from mapapp.domain.rules import decide
from mapapp.domain.storing import Answer, Committed, StoredRoom, Submission
from mapapp.models import Change as ChangeRow
from mapapp.models import Room
from mapapp.storage.database_time import DatabaseTime
from mapapp.storage.idempotency import KeptAnswers
from mapapp.storage.sql import clock_jump, keys, reading, writing
from mapapp.storage.sql.connecting import connect_with_patience, is_away
from mapapp.storage.sql.reading import LockedRoom
from mapapp.storage.turns import Turns

logger = logging.getLogger(__name__)

T = TypeVar("T")

# How long a room lives unless the operator has set another time (ROOM_TTL_HOURS).
ROOM_SECONDS = 14 * 86_400.0
# A larger difference between this machine's clock and the database's is logged.
CLOCK_TOLERANCE_SECONDS = 2.0

# The number of latest changes that are read when a room is opened, so that people
# who come back after a restart get the changes they missed, not a snapshot (R1).
RECENT_CHANGES = 1_000
# How long the refusals of people without a row are kept. A copy of such an op
# waits a few seconds in a process that cannot reach the database, and longer in
# one that was stopped meanwhile.
NEWCOMER_SECONDS = 600.0
# A connection that had died fails at once. A slower failure means a database that
# does not answer, and asking again would take as long again.
_DIED_SECONDS = 1.0


class DatabaseStore:
    """The store on Django's default database.

    `caps` bound what a room may hold; `room_seconds` is its longest life.
    `time` is the clock that the store uses and keeps right (see `now`); `clock`
    gives seconds since 1970 in its place, for tests. `turns` are taken by several
    processes that share one SQLite file. All methods but `now` raise
    `StoreUnavailable` when the database cannot be reached; then nothing was
    stored, or (if the connection broke during the commit itself) committing the
    same submissions again finds out.
    """

    def __init__(
        self,
        *,
        caps: RoomCaps = USUAL,
        room_seconds: float = ROOM_SECONDS,
        time: DatabaseTime | None = None,
        clock: Callable[[], float] | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._caps = caps
        self._turns = turns
        self._longest = timedelta(seconds=room_seconds)
        self._clock = clock
        self._time = time or DatabaseTime()
        self._clock_differs = False

    def now(self) -> float:
        """Seconds since 1970 by the clock that all processes of an installation share.

        Leases, expiry and the times of changes go by it. It never blocks: it
        goes on evenly from PostgreSQL's time, or with SQLite from this machine's,
        as last read by a commit or by `follow_clock`.
        """
        return self._clock() if self._clock else self._time.now()

    def _now_in(self, room: LockedRoom) -> float:
        """The shared time under this room's lock, noted for `now`."""
        if self._clock is None and room.now is not None:
            self._time.hear(room.now)
        return self.now()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turns.one() if self._turns else nullcontext(), transaction.atomic():
            yield

    def follow_clock(self, rooms: Collection[UUID]) -> dict[UUID, float]:
        """Look at the clock. If it was set, shift the expiry and the leases of all rooms.

        Returns when these `rooms` expire, in seconds since 1970, if that may have
        changed, and nothing otherwise.
        """
        if self._clock:
            return {}
        self._compare_clocks()
        jump = self._time.jump
        if jump is None:
            return {}
        with _database(), self._transaction():
            clock_jump.bring_along(jump.before, jump.after, self._longest)
            expires = clock_jump.expiries(rooms)
        self._time.accept(jump)
        seconds = round(jump.after - jump.before)
        logger.warning(
            "The clock was put %s by %s. Rooms keep the time that they had left.",
            "forward" if seconds > 0 else "back",
            timedelta(seconds=abs(seconds)),
        )
        return expires

    @property
    def clock_agrees(self) -> bool:
        """Whether this machine's clock and the database's said the same when last compared."""
        return not self._clock_differs

    def _compare_clocks(self) -> None:
        """Hear the database's time, and say once if this machine's differs."""
        asked = wall_clock.time()
        with _database():
            now = reading.database_clock()
        answered = wall_clock.time()
        self._time.hear(now)
        if now is None:
            return
        # The least difference, however long the question and the answer took.
        ahead = max(asked - now, 0.0) or min(answered - now, 0.0)
        differs = abs(ahead) > CLOCK_TOLERANCE_SECONDS
        if differs and not self._clock_differs:
            logger.warning(
                "This machine's clock is %.0f s %s the database's. Rooms go by the database's; "
                "set this one right (NTP), or the times in logs mislead.",
                abs(ahead),
                "ahead of" if ahead > 0 else "behind",
            )
        elif self._clock_differs and not differs:
            logger.info("This machine's clock and the database's agree again.")
        self._clock_differs = differs

    def open(self, code: str) -> StoredRoom | None:
        """Return the room with this code, or None if there is none or it has expired."""
        return _read(lambda: self._open_at_once(code))

    def _open_at_once(self, code: str) -> StoredRoom | None:
        with self._transaction():
            return self._open(code)

    def _open(self, code: str) -> StoredRoom | None:
        room_id = Room.objects.filter(code=code).values_list("pk", flat=True).first()
        # The lock holds off writers while the parts are read, so that all belong
        # to one revision on either database.
        locked = reading.lock_rooms([room_id]) if room_id else []
        if not room_id or not locked or locked[0].expires <= self._now_in(locked[0]):
            return None
        room = locked[0]
        _know_activities(room.state)
        for marker in reading.markers(room.state):
            room.state.markers[marker.number] = marker
        for person in reading.people(room_id):
            room.state.know(person)
        for key in keys.read_keys(room_id) or keys.take_over(room_id):
            room.state.keys[key.number] = key
        newest = ChangeRow.objects.filter(room=room_id).order_by("-revision")[:RECENT_CHANGES]
        recent = [_domain_change(row) for row in reversed(newest)]
        return StoredRoom(room.state, room.expires, recent)

    def changes_since(self, room: UUID, revision: int, limit: int) -> list[Change]:
        """Return up to `limit` changes after `revision`, in order."""
        newer = ChangeRow.objects.filter(room=room, revision__gt=revision).order_by("revision")
        return _read(lambda: [_domain_change(row) for row in newer[:limit]])

    def revisions(self, rooms: Iterable[UUID]) -> dict[UUID, int]:
        """Return the revision of each of these rooms; those that are gone are left out."""
        found = Room.objects.filter(pk__in=list(rooms)).values_list("pk", "revision")
        return _read(lambda: dict(found.all()))

    def renew(self, room: UUID, grabs: Sequence[int], seconds: float) -> None:
        """Prolong the leases of these holds to `seconds` from now.

        Under the room's lock like every other change of its rows, so that no
        commit that has read a lease earlier overwrites the renewed one.
        """
        with _database(), self._transaction():
            for locked in reading.lock_rooms([room]):
                writing.renew_leases(room, grabs, self._now_in(locked) + seconds)

    def note_use(self, room: UUID, key: int) -> None:
        """Note that somebody has come in with this host key just now."""
        with _database():
            keys.note_use(room, key, self.now())

    def disconnect(self) -> None:
        """Close the calling thread's connection."""
        connection.close()

    def commit(self, submissions: Sequence[Submission]) -> Committed:
        """Decide and store a batch, in one transaction, in the given order.

        A refused submission does not affect the others.
        """
        by_room: dict[UUID, list[int]] = defaultdict(list)
        for index, submission in enumerate(submissions):
            by_room[submission.room].append(index)
        answers = [_refusal("closed")] * len(submissions)
        changes: dict[UUID, list[Change]] = {}
        revisions: dict[UUID, int] = {}
        gone = set(by_room)
        with _database(), self._transaction():
            for room in reading.lock_rooms(by_room):
                room_id, at = room.state.id, self._now_in(room)
                gone.discard(room_id)
                indexes = by_room[room_id]
                if room.expires <= at:
                    continue
                work = _RoomCommit(room, [submissions[i] for i in indexes], at, self._caps)
                for index, answer in zip(indexes, work.run(), strict=True):
                    answers[index] = answer
                changes[room_id] = work.changes
                revisions[room_id] = work.state.revision
        return Committed(answers, changes, revisions, gone)


class _RoomCommit:
    """One room's share of a batch: load the rows concerned, decide each, store the effects."""

    def __init__(
        self,
        room: LockedRoom,
        submissions: Sequence[Submission],
        at: float,
        caps: RoomCaps,
    ) -> None:
        self.state = room.state
        self.changes: list[Change] = []
        # The activities of which a new round begins.
        self._rounds: set[int] = set()
        self._knows_all = False
        self._submissions = submissions
        self._at = at
        self._caps = caps
        self._load()

    def _load(self) -> None:
        room = self.state.id
        actors = {s.actor.id for s in self._submissions if s.actor}
        clients = {s.client for s in self._submissions if s.client}
        self._kept = {
            (participant, client): KeptAnswers(last_op, answers)
            for participant, client, last_op, answers in reading.clients(actors, clients)
        }
        self._used: set[tuple[UUID, UUID]] = set()
        everybody = any(s.operation.reads_everybody for s in self._submissions)
        for person in reading.people(room, ids=None if everybody else actors):
            self.state.know(person)
        newcomers = [a for s in self._submissions if (a := s.actor) and not self.state.person(a.id)]
        self.state.names |= reading.names_taken(room, {actor.name for actor in newcomers})
        tabs = {(s.actor.id, s.client) for s in self._submissions if s.actor and s.client}
        if new := tabs - self._kept.keys():
            found = reading.newcomers({actor for actor, _ in new}, {client for _, client in new})
            for participant, client, last_op, answers in found:
                self._kept.setdefault((participant, client), KeptAnswers(last_op, answers))

        operations = [s.operation for s in self._submissions]
        if any(s.actor and s.actor.host for s in self._submissions) or any(
            isinstance(operation, Pair) for operation in operations
        ):
            for key in keys.read_keys(room):
                self.state.keys[key.number] = key
        codes = [operation.code_hash for operation in operations if isinstance(operation, Pair)]
        if codes:
            self.state.pairings = keys.read_pairings(room, codes)

        rows = Rows()
        for submission in self._submissions:
            by = self.state.numbers.get(submission.actor.id, 0) if submission.actor else 0
            submission.operation.rows(self.state, by, self._at, rows)
        if rows.activities:
            _know_activities(self.state)
            self._knows_all = True
        for chosen in (
            {"numbers": rows.markers - {0}},
            {"owners": rows.owners - {0}},
            {"activities": self._ids(rows.of_activities)},
            {"held": True} if rows.held else {"numbers": ()},
        ):
            for marker in reading.markers(self.state, **chosen):
                self.state.markers[marker.number] = marker
                rows.people.add(marker.holder)
        for marker in reading.markers(self.state, numbers=rows.removed, removed=True):
            self.state.removed[marker.number] = marker
            rows.people.add(marker.owner)
        for person in reading.people(room, numbers=rows.people - {0} - self.state.people.keys()):
            self.state.know(person)

    def _ids(self, activities: Iterable[int]) -> list[UUID]:
        known = self.state.activities
        return [known[number].id for number in activities if number in known]

    def run(self) -> list[Answer]:
        answers = [self._answer(submission) for submission in self._submissions]
        self._save()
        return answers

    def _answer(self, submission: Submission) -> Answer:
        """Decide one submission, or find the answer from its first time."""
        if submission.client is None:
            return self._decide(submission)
        assert submission.actor is not None, "a client belongs to somebody"
        key = (submission.actor.id, submission.client)
        kept = self._kept.get(key) or KeptAnswers()
        if first := kept.first(submission.op):
            return first
        if kept.is_old(submission.op):
            return _refusal("old_op")
        answer = self._decide(submission)
        kept.keep(submission.op, answer)
        self._kept[key] = kept
        self._used.add(key)
        return answer

    def _decide(self, submission: Submission) -> Answer:
        try:
            made = decide(
                *(self.state, submission.actor, submission.operation),
                at=self._at,
                caps=self._caps,
            )
        except Refused as refused:
            return Answer(
                code=refused.code, message=refused.message, by=refused.by, name=refused.name
            )
        for change in made:
            if "round" in change.data:
                self._rounds.add(self.state.activity.number)
            if change.kind == "remove":
                self.state.removed[change.marker] = self.state.markers[change.marker]
            apply(self.state, change)
        self.changes += made
        person = self.state.numbers.get(submission.actor.id, 0) if submission.actor else 0
        last = made[-1]
        activity = last.data["activity"] if last.kind == "prepare" else 0
        return Answer(last.revision, last.marker, person, activity=activity)

    def _save(self) -> None:
        room, changes = self.state.id, self.changes
        if changes:
            writing.write_changes(room, changes)
            # People who are new, renamed or removed; and the actors, who were just seen.
            seen = {change.by for change in changes} - {0}
            seen |= {c.data["person"] for c in changes if CHANGE_KINDS[c.kind].person}
            writing.write_people(room, (self.state.people[n] for n in sorted(seen)), self._at)
            self._save_activities()
            self._save_markers()
            writing.write_room(self.state)
            keys.write_keys(room, changes)
        tabs = [(*key, self._kept[key].last_op, self._kept[key].text) for key in sorted(self._used)]
        # After the people, whom they refer to.
        writing.write_clients(tab for tab in tabs if tab[0] in self.state.numbers)
        # Somebody who has not changed anything yet has no row. Their refusals are
        # kept all the same, for as long as a copy of the op may be on its way.
        unknown = [tab for tab in tabs if tab[0] not in self.state.numbers]
        writing.write_newcomers(room, unknown, self._at, NEWCOMER_SECONDS)

    def _save_activities(self) -> None:
        """Before the markers, which refer to them and say where they were at a round's end."""
        if self._knows_all:
            writing.write_activities(self.state)
        elif any(CHANGE_KINDS[change.kind].activity for change in self.changes):
            writing.write_current_activity(self.state.activity)
        for number in self._rounds:
            writing.begin_round(self.state.id, self.state.activities[number])

    def _save_markers(self) -> None:
        room, on_map = self.state.id, self.state.markers
        changed_at = {c.marker: c.revision for c in self.changes if c.marker}
        removed = [number for number in changed_at if number not in on_map]
        writing.remove_markers(room, removed, self.state.revision)
        kept = sorted(changed_at.keys() - set(removed))
        writing.write_markers(self.state, ((on_map[number], changed_at[number]) for number in kept))


def _know_activities(room: RoomState) -> None:
    """Read all activities of a room that knows only its current one."""
    current = room.activity
    room.activities = {
        found.number: current if found.number == current.number else found
        for found in reading.activities(room.id)
    }


@contextmanager
def _database() -> Iterator[None]:
    """Turn every sort of "the database is away" into one, and close the broken connection.

    The threads that call the store keep their connections: closing old ones
    after each request, as Django does, would mean a new one for every commit.
    """
    try:
        connect_with_patience()
        yield
    except Error as error:
        if not is_away(error):
            raise
        connection.close()
        raise StoreUnavailable(str(error).strip()) from error


def _read(work: Callable[[], T]) -> T:
    """Do `work`, which only reads; do it again if its connection had died in the meantime."""
    was_connected = connection.connection is not None
    started = wall_clock.monotonic()
    try:
        with _database():
            return work()
    except StoreUnavailable:
        if not was_connected or wall_clock.monotonic() - started > _DIED_SECONDS:
            raise
        with _database():
            return work()


def _refusal(code: str) -> Answer:
    return Answer(code=code, message=REFUSALS[code])


def _domain_change(row: ChangeRow) -> Change:
    data: Mapping[str, Any] = row.data
    return Change(row.revision, row.kind, row.by, row.marker, data, row.at.timestamp())
