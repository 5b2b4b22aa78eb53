"""The one writer path: a batch of submissions becomes changes, in one transaction.

The room's row is the lock. Under it each submission is decided by the rules
against the rows it is about, gets the next revision, and is stored with its
effect and its answer, so that a repeat finds the first answer (O1, D1, D2).
Every method blocks and may be called from any thread.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import (
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import Q

from mapapp.domain import rules, state
from mapapp.domain.operations import (
    MARKER_OPERATIONS,
    Add,
    Answer,
    Ban,
    Submission,
)
from mapapp.domain.records import Committed, StoredRoom
from mapapp.domain.refusals import REFUSALS, Refused, StoreUnavailable
from mapapp.models import Activity, Change, Client, Marker, Participant, Room

T = TypeVar("T")

# How far back the answers of a client are kept. Twice what a client may have
# unanswered, so that an op that is not among them was never processed.
ANSWERS_KEPT = 64


class DatabaseStore:
    """The store on Django's default database.

    `room_markers` is how many markers a room may hold; `clock` gives seconds
    since 1970. All methods raise `StoreUnavailable` when the database cannot
    be reached; then nothing was stored, or (if the line broke during the
    commit itself) sending the same submissions again finds out.
    """

    def __init__(self, *, room_markers: int, clock: Callable[[], float] = time.time) -> None:
        self._room_markers = room_markers
        self._clock = clock

    def open(self, code: str) -> StoredRoom | None:
        """Return the room with this code, or None if there is none or it has expired."""
        return _read(lambda: self._open(code))

    @transaction.atomic
    def _open(self, code: str) -> StoredRoom | None:
        # The lock holds writers off while the parts are read, so that all of
        # them belong to one revision on every database.
        room = Room.objects.select_for_update().filter(code=code).first()
        if room is None or room.expires.timestamp() <= self._clock():
            return None
        loaded = _state(room, _activity(room))
        markers = Marker.objects.filter(activity=room.activity_id, removed=False)
        for marker in markers.order_by("number").iterator():
            loaded.markers[marker.number] = _domain_marker(marker)
        for participant in room.participants.order_by("number").iterator():
            loaded.know(_domain_person(participant))
        return StoredRoom(loaded, room.host_key_hash, room.expires.timestamp())

    def changes_since(self, room: UUID, revision: int, limit: int) -> list[state.Change]:
        """Return up to `limit` changes after `revision`, in order."""
        rows = Change.objects.filter(room=room, revision__gt=revision).order_by("revision")
        return _read(lambda: [_domain_change(row) for row in rows[:limit]])

    def revisions(self, rooms: Iterable[UUID]) -> dict[UUID, int]:
        """Return where each of these rooms stands; those that are gone are left out."""
        rows = Room.objects.filter(pk__in=list(rooms)).values_list("pk", "revision")
        return _read(lambda: dict(rows))

    def renew(self, room: UUID, grabs: Sequence[int], until: float) -> None:
        """Prolong the leases of these holds to `until` (seconds since 1970)."""
        with _database():
            Marker.objects.filter(room=room, held_revision__in=grabs).update(
                held_until=_datetime(until)
            )

    def commit(self, submissions: Sequence[Submission]) -> Committed:
        """Decide and store a batch, in one transaction, in the given order.

        A submission that is refused costs the others nothing.
        """
        by_room: dict[UUID, list[int]] = defaultdict(list)
        for index, submission in enumerate(submissions):
            by_room[submission.room].append(index)
        answers = [_refusal("closed")] * len(submissions)
        changes: dict[UUID, list[state.Change]] = {}
        revisions: dict[UUID, int] = {}
        with _database(), transaction.atomic():
            at = self._clock()
            # In one order everywhere, so that two processes cannot wait for each other.
            rooms = Room.objects.select_for_update().filter(pk__in=by_room).order_by("pk")
            for room in rooms:
                indexes = by_room[room.pk]
                if room.expires.timestamp() <= at:
                    continue
                work = _RoomCommit(room, [submissions[i] for i in indexes], at, self._room_markers)
                for index, answer in zip(indexes, work.run(), strict=True):
                    answers[index] = answer
                changes[room.pk] = work.changes
                revisions[room.pk] = work.state.revision
        return Committed(answers, changes, revisions)


class _RoomCommit:
    """One room's share of a batch: load what it is about, decide each, store the effects."""

    def __init__(
        self, room: Room, submissions: Sequence[Submission], at: float, room_markers: int
    ) -> None:
        self.changes: list[state.Change] = []
        self._room = room
        self._submissions = submissions
        self._at = at
        self._room_markers = room_markers
        self._activity = _activity(room)
        self.state = _state(room, self._activity)
        self._load()

    def _load(self) -> None:
        actors = {s.actor.id for s in self._submissions if s.actor}
        clients = {s.client for s in self._submissions if s.client}
        rows = Client.objects.filter(participant__in=actors, client__in=clients)
        self._clients = {(row.participant_id, row.client): row for row in rows}
        self._used_clients: set[tuple[UUID, UUID]] = set()
        for participant in self._room.participants.filter(pk__in=actors):
            self.state.know(_domain_person(participant))

        numbers: set[int] = set()
        owners: set[int] = set()
        people: set[int] = set()
        for submission in self._submissions:
            operation = submission.operation
            if isinstance(operation, MARKER_OPERATIONS):
                numbers.add(operation.marker)
            elif isinstance(operation, Add) and submission.actor:
                owners.add(self.state.numbers.get(submission.actor.id, 0))
            elif isinstance(operation, Ban):
                owners.add(operation.person)
                people.add(operation.person)
        if numbers or owners - {0}:
            markers = Marker.objects.filter(
                Q(number__in=numbers) | Q(owner__in=owners - {0}),
                room=self._room,
                activity=self._room.activity_id,
                removed=False,
            )
            for row in markers:
                self.state.markers[row.number] = _domain_marker(row)
                people.add(row.holder)
        if missing := people - {0} - self.state.people.keys():
            for participant in self._room.participants.filter(number__in=missing):
                self.state.know(_domain_person(participant))

    def run(self) -> list[Answer]:
        answers = [self._answer(submission) for submission in self._submissions]
        self._save()
        return answers

    def _answer(self, submission: Submission) -> Answer:
        """Decide one submission, or find the answer it got the first time."""
        if submission.client is None:
            return self._decide(submission)
        assert submission.actor is not None, "a client belongs to somebody"
        key = (submission.actor.id, submission.client)
        client = self._clients.get(key)
        if client is not None:
            if first := client.answers.get(str(submission.op)):
                return Answer(**first)
            if submission.op <= client.last_op - ANSWERS_KEPT:
                return _refusal("old_op")
        answer = self._decide(submission)
        if submission.actor.id not in self.state.numbers:
            # Somebody who has not changed anything yet leaves no trace, also
            # not by being refused; such a repeat is simply decided again.
            return answer
        if client is None:
            client = Client(participant_id=key[0], client=key[1], last_op=0)
            self._clients[key] = client
        self._used_clients.add(key)
        client.last_op = max(client.last_op, submission.op)
        kept = {
            op: a for op, a in client.answers.items() if int(op) > client.last_op - ANSWERS_KEPT
        }
        client.answers = kept | {str(submission.op): _compact(answer)}
        return answer

    def _decide(self, submission: Submission) -> Answer:
        try:
            made = rules.decide(
                self.state,
                submission.actor,
                submission.operation,
                at=self._at,
                room_markers=self._room_markers,
            )
        except Refused as refused:
            return Answer(
                code=refused.code, message=refused.message, by=refused.by, name=refused.name
            )
        for change in made:
            state.apply(self.state, change)
        self.changes += made
        person = self.state.numbers.get(submission.actor.id, 0) if submission.actor else 0
        return Answer(revision=made[-1].revision, marker=made[-1].marker, person=person)

    def _save(self) -> None:
        if self.changes:
            Change.objects.bulk_create(_change_row(self._room, change) for change in self.changes)
            self._save_people()
            self._save_markers()
            self._save_room()
        Client.objects.bulk_create(
            [
                Client(
                    participant_id=client.participant_id,
                    client=client.client,
                    last_op=client.last_op,
                    answers=client.answers,
                )
                for client in map(self._clients.__getitem__, sorted(self._used_clients))
            ],
            update_conflicts=True,
            unique_fields=["participant", "client"],
            update_fields=["last_op", "answers"],
        )

    def _save_people(self) -> None:
        """Store who is new, renamed or removed, and that the actors were here."""
        seen = {change.by for change in self.changes} - {0}
        seen |= {c.data["person"] for c in self.changes if c.kind in ("person", "ban")}
        Participant.objects.bulk_create(
            [
                Participant(
                    id=person.id,
                    room=self._room,
                    number=person.number,
                    name=person.name,
                    banned=person.banned,
                    last_seen=_datetime(self._at),
                )
                for person in map(self.state.people.__getitem__, sorted(seen))
            ],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["name", "banned", "last_seen"],
        )

    def _save_markers(self) -> None:
        changed_at = {c.marker: c.revision for c in self.changes if c.marker}
        removed = [number for number in changed_at if number not in self.state.markers]
        if removed:
            Marker.objects.filter(room=self._room, number__in=removed).update(
                removed=True,
                holder=0,
                held_revision=0,
                held_until=None,
                changed_at_revision=self.state.revision,
            )
        kept = [self.state.markers[number] for number in sorted(changed_at.keys() - set(removed))]
        Marker.objects.bulk_create(
            [
                Marker(
                    room=self._room,
                    activity=self._activity,
                    number=marker.number,
                    owner=marker.owner,
                    lat=marker.lat,
                    lng=marker.lng,
                    label=marker.label,
                    colour=marker.colour,
                    icon=marker.icon,
                    holder=marker.holder,
                    held_revision=marker.grab,
                    held_until=_datetime(marker.held_until) if marker.grab else None,
                    changed_at_revision=changed_at[marker.number],
                )
                for marker in kept
            ],
            update_conflicts=True,
            unique_fields=["room", "number"],
            update_fields=[
                *("lat", "lng", "label", "colour", "icon"),
                *("holder", "held_revision", "held_until", "changed_at_revision"),
            ],
        )

    def _save_room(self) -> None:
        Room.objects.filter(pk=self._room.pk).update(
            revision=self.state.revision,
            phase=self.state.phase,
            last_marker=self.state.last_marker,
            last_person=self.state.last_person,
            markers_present=self.state.markers_present,
        )
        if self.state.question != self._activity.question:
            Activity.objects.filter(pk=self._activity.pk).update(question=self.state.question)


@contextmanager
def _database() -> Iterator[None]:
    """Turn every kind of "the database is away" into one, and forget the broken connection.

    The threads that call the store keep their connections; Django's closing
    of old ones after each request would mean a new one for every commit.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise StoreUnavailable(str(error)) from error


def _read(work: Callable[[], T]) -> T:
    """Do `work`, which only reads; once more if its connection had died in the meantime."""
    try:
        with _database():
            return work()
    except StoreUnavailable:
        with _database():
            return work()


def _activity(room: Room) -> Activity:
    """The room's current activity; every open room has one."""
    assert room.activity_id is not None, f"room {room.code} has no activity"
    return Activity.objects.get(pk=room.activity_id)


def _refusal(code: str) -> Answer:
    return Answer(code=code, message=REFUSALS[code])


def _compact(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in asdict(answer).items() if value}


def _datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _state(room: Room, activity: Activity) -> state.RoomState:
    return state.RoomState(
        id=room.pk,
        code=room.code,
        epoch=room.epoch,
        revision=room.revision,
        title=room.title,
        question=activity.question,
        rules=activity.rules,
        markers_each=activity.markers_each,
        anyone_adds=activity.anyone_adds,
        phase=room.phase,
        view=(activity.view_lat, activity.view_lng, activity.view_zoom),
        last_marker=room.last_marker,
        last_person=room.last_person,
        markers_present=room.markers_present,
    )


def _domain_marker(row: Marker) -> state.Marker:
    return state.Marker(
        number=row.number,
        lat=row.lat,
        lng=row.lng,
        owner=row.owner,
        colour=row.colour,
        icon=row.icon,
        label=row.label,
        holder=row.holder,
        grab=row.held_revision,
        held_until=row.held_until.timestamp() if row.held_until else 0.0,
    )


def _domain_person(row: Participant) -> state.Person:
    return state.Person(number=row.number, id=row.pk, name=row.name, banned=row.banned)


def _domain_change(row: Change) -> state.Change:
    data: Mapping[str, Any] = row.payload
    return state.Change(row.revision, row.kind, row.person, row.marker, data, row.at.timestamp())


def _change_row(room: Room, change: state.Change) -> Change:
    return Change(
        room=room,
        revision=change.revision,
        at=_datetime(change.at),
        person=change.by,
        kind=change.kind,
        marker=change.marker,
        payload=dict(change.data),
    )
