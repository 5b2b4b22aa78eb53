"""Opening rooms, finding them by their code, and deleting those whose time is over."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapapp.apps import this_app
from mapapp.domain.keys import hash_key
from mapapp.domain.refusals import Refused
from mapapp.domain.text import QUESTION_LIMIT, clean
from mapapp.models import Activity, Key, Room
from mapapp.rooms.access import address_hash, new_host_key
from mapapp.storage.sql.deleting import delete_contents
from mapapp.storage.sql.values import datetime_of

DEFAULT_QUESTION = gettext_lazy("Where did you travel from?")
MARKERS_EACH_LIMIT = 100

_CODES = 1_000_000
# With half of all codes taken, 40 tries in vain are less likely than 1 in 10^12.
_CODE_TRIES = 40
# Since when a room that is being deleted has been over, by whatever clock:
# processes go by the database's, which may be behind this machine's.
_GIVEN_UP = datetime(1970, 1, 1, tzinfo=UTC)


class BadRoom(ValueError):
    """A room cannot be opened like this: `field` is at fault, `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NoCodeLeft(Exception):
    """Nearly all codes are taken."""


@dataclass(frozen=True, slots=True)
class OpenedRoom:
    """A new room, and the only time that its host key is known in the clear."""

    room: Room
    host_key: str


@dataclass(frozen=True, slots=True)
class RoomCard:
    """What anybody who knows the code may know of a room."""

    code: str
    title: str
    phase: str


def open_room(
    *,
    title: str = "",
    question: str | None = None,
    rules: str = Activity.Rules.OWN,
    markers_each: int = 1,
    anyone_adds: bool = False,
    owner: AbstractBaseUser | None = None,
    address: str = "",
) -> OpenedRoom:
    """Open a room with its first activity, under a code that no other room has.

    Without `question` it asks `DEFAULT_QUESTION`. `address` is from where it is
    opened; the room keeps its keyed hash. Raises `BadRoom`, or `NoCodeLeft`.
    """
    if rules not in Activity.Rules.values:
        raise BadRoom("rules", _("Expected “own” or “shared”."))
    if not 1 <= markers_each <= MARKERS_EACH_LIMIT:
        limit = MARKERS_EACH_LIMIT
        raise BadRoom("markers_each", _("Expected 1 to %(limit)d.") % {"limit": limit})
    title = _cleaned("title", title)
    asked = str(DEFAULT_QUESTION) if question is None else question
    asked = _cleaned("question", asked, required=True)

    host_key, room_id = new_host_key(), uuid.uuid4()
    now = datetime_of(this_app().shared_time.now())
    with transaction.atomic():
        room = _insert(
            Room(
                id=room_id,
                title=title,
                epoch=new_epoch(),
                host_key_hash=hash_key(host_key),
                owner_id=owner.pk if owner else None,
                opened_from=address_hash(room_id, address) if address else "",
                created=now,
                expires=now + timedelta(hours=settings.ROOM_TTL_HOURS),
            )
        )
        room.activity = Activity.objects.create(
            room=room,
            question=asked,
            rules=rules,
            markers_each=markers_each,
            anyone_adds=anyone_adds,
        )
        room.save(update_fields=["activity"])
        Key.objects.create(room=room, number=1, hash=hash_key(host_key), made=now)
    return OpenedRoom(room, host_key)


def new_epoch() -> str:
    return secrets.token_urlsafe(6)


def expire_rooms(now: datetime) -> int:
    """Delete each room, with all that is in it, that has ended long ago; return how many.

    Nobody can open a room once its time is over, but a clock may be wrong: a
    small computer without a battery starts weeks behind, and a mistyped date
    lies years ahead. So the first look only notes that a room has ended, and
    another one, at least ROOM_GRACE_DAYS later, deletes it if it still has. One
    wrong clock deletes nothing, and no room that had time left when this server
    started goes while it runs. Rooms that were never used end sooner, and go at
    a look UNUSED_ROOM_HOURS later, if they still were not.
    """
    grace = timedelta(days=settings.ROOM_GRACE_DAYS)
    over = Room.objects.filter(Q(expires__lte=now) | _unused(now))
    Room.objects.exclude(ended=None).exclude(pk__in=over.values("pk")).update(ended=None)
    # What was noted by a clock that was ahead says nothing.
    over.filter(Q(ended=None) | Q(ended__gt=now)).update(ended=now)
    short = min(grace, timedelta(hours=settings.UNUSED_ROOM_HOURS))
    due = over.filter(
        Q(ended__lte=now - grace) | Q(_unused(now), expires__gt=now, ended__lte=now - short)
    )
    deleted = 0
    for pk in list(due.values_list("pk", flat=True)):
        # Its time may have been extended, or somebody come in, since.
        deleted += due.filter(pk=pk).exists() and delete_room(pk)
    return deleted


def _unused(now: datetime) -> Q:
    """Rooms opened UNUSED_ROOM_HOURS ago in which nobody has changed anything, nor a host been.

    Nothing but the code is lost with them. Reckoned back from their end, which
    is shifted when a clock is set.
    """
    had = timedelta(hours=settings.ROOM_TTL_HOURS - settings.UNUSED_ROOM_HOURS)
    visited = Key.objects.filter(room=OuterRef("pk"), used__isnull=False)
    return Q(revision=0, expires__lte=now + had) & ~Q(Exists(visited))


def delete_room(pk: UUID) -> bool:
    """Delete a room with all that is in it; whether it was still there.

    Slice by slice, so that nobody waits long for the database, and not in one
    transaction. So first its time is over: nobody comes in and nothing is
    committed while it is half deleted, and if this is interrupted
    `expire_rooms` goes on. Not for use within a transaction.
    """
    Room.objects.filter(pk=pk).update(expires=_GIVEN_UP, ended=_GIVEN_UP)
    delete_contents(pk)
    _total, by_model = Room.objects.filter(pk=pk).delete()
    return bool(by_model.get(Room._meta.label))


def _insert(room: Room) -> Room:
    """Insert under a random free code. The table's constraint decides what is free."""
    for _try in range(_CODE_TRIES):
        room.code = f"{secrets.randbelow(_CODES):06d}"
        try:
            with transaction.atomic():
                room.save(force_insert=True)
        except IntegrityError:
            if not Room.objects.filter(code=room.code).exists():
                raise
            continue
        return room
    raise NoCodeLeft


def _cleaned(field: str, text: str, *, required: bool = False) -> str:
    try:
        return clean(text, QUESTION_LIMIT, required=required)
    except Refused as refused:
        raise BadRoom(field, refused.message) from None
