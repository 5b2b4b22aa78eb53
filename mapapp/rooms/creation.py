"""Creating rooms, each with its activities and a code of its own."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapapp.domain.activity import ANSWER, PREPARE, Plan
from mapapp.domain.keys import hash_key
from mapapp.domain.kinds import ACTIVITY_KINDS, compiled, read_settings
from mapapp.domain.kinds.own import MARKERS_EACH_LIMIT
from mapapp.domain.marker import COLOURS
from mapapp.domain.refusals import Refused
from mapapp.domain.surface import Surface
from mapapp.domain.text import QUESTION_LIMIT, TITLE_LIMIT, clean
from mapapp.models import Activity, Key, Marker, Room
from mapapp.rooms.keys import address_hash, new_host_key
from mapapp.storage.sql.writing import stored_settings

DEFAULT_QUESTION = gettext_lazy("Where did you travel from?")

_CODES = 1_000_000
# With half of all codes taken, 40 tries all fail with a probability below 10^-12.
_CODE_TRIES = 40


class BadRoom(ValueError):
    """A room cannot be created like this: `field` is at fault, `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NoCodeLeft(Exception):
    """Nearly all codes are taken."""


@dataclass(frozen=True, slots=True)
class CreatedRoom:
    """A new room with its host key, which is known in the clear only here."""

    room: Room
    host_key: str


def create_room(
    *,
    title: str = "",
    question: str | None = None,
    rules: str = "own",
    markers_each: int = 1,
    anyone_adds: bool = False,
    view: Surface | None = None,
    activities: Sequence[Plan] = (),
    owner: AbstractBaseUser | None = None,
    address: str = "",
    now: datetime | None = None,
) -> CreatedRoom:
    """Create a room with its activities, under a code that no other room has.

    Without `activities` it has one, with `question` (by default `DEFAULT_QUESTION`), a
    kind called `rules` and its settings, on a surface with this first `view` (the whole
    world). `address` is the network address of its creator; the room keeps a keyed
    hash of it. `now` is the installation's time, by default this machine's. Raises
    `BadRoom` or `NoCodeLeft`.
    """
    title = _cleaned("title", title, TITLE_LIMIT)
    plans = activities or [_plan(question, rules, markers_each, anyone_adds, view or Surface())]

    host_key, room_id = new_host_key(), uuid.uuid4()
    now = now or timezone.now()
    pins = sum(len(plan.pinned or ()) for plan in plans)
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
                last_activity=len(plans),
                last_marker=pins,
                markers_present=pins,
            )
        )
        rows = [_activity(room, number, plan) for number, plan in enumerate(plans, 1)]
        Activity.objects.bulk_create(rows)
        Marker.objects.bulk_create(_pinned(room, zip(rows, plans, strict=True)))
        room.activity = rows[0]
        # A previous version knows no stages.
        room.phase = Room.Phase.OPEN if rows[0].stage == ANSWER else Room.Phase.LOCKED
        room.save(update_fields=["activity", "phase"])
        Key.objects.create(room=room, number=1, hash=hash_key(host_key), made=now)
    return CreatedRoom(room, host_key)


def _plan(
    question: str | None, rules: str, markers_each: int, anyone_adds: bool, view: Surface
) -> Plan:
    """The one activity of a room in the short form. Raises `BadRoom`."""
    if rules not in ACTIVITY_KINDS:
        kinds = " or ".join(f"“{kind}”" for kind in ACTIVITY_KINDS)
        raise BadRoom("rules", _("Expected %(kinds)s.") % {"kinds": kinds})
    if not 1 <= markers_each <= MARKERS_EACH_LIMIT:
        limit = MARKERS_EACH_LIMIT
        raise BadRoom("markers_each", _("Expected 1 to %(limit)d.") % {"limit": limit})
    asked = str(DEFAULT_QUESTION) if question is None else question
    given = {"markers_each": markers_each, "anyone_adds": anyone_adds}
    fields = ACTIVITY_KINDS[rules].fields
    chosen = {name: value for name, value in given.items() if name in fields}
    kind = compiled(rules, read_settings(rules, chosen))
    return Plan(kind, _cleaned("question", asked, QUESTION_LIMIT, required=True), view)


def _activity(room: Room, number: int, plan: Plan) -> Activity:
    stored, markers_each, anyone_adds = stored_settings(plan.kind)
    surface = plan.surface
    # People answer the first question as soon as they come, unless its time is short.
    at_once = number == 1 and not plan.kind.seconds
    return Activity(
        room=room,
        number=number,
        position=number,
        question=plan.question,
        kind=plan.kind.name,
        settings=stored,
        markers_each=markers_each,
        anyone_adds=anyone_adds,
        view_lat=surface.lat,
        view_lng=surface.lng,
        view_zoom=surface.zoom,
        surface=json.dumps(surface.rest()),
        stage=ANSWER if at_once else PREPARE,
    )


def _pinned(room: Room, activities: Iterable[tuple[Activity, Plan]]) -> Iterator[Marker]:
    """The pinned markers that the activities begin with. They are nobody's."""
    number = 0
    for activity, plan in activities:
        for pin in plan.pinned or ():
            number += 1
            yield Marker(
                room=room,
                activity=activity,
                number=number,
                lat=pin.lat,
                lng=pin.lng,
                label=pin.label,
                colour=plan.kind.looks_like(0, number) % COLOURS,
                changed_at_revision=0,
                pinned=True,
            )


def new_epoch() -> str:
    return secrets.token_urlsafe(6)


def _insert(room: Room) -> Room:
    """Insert under a random free code. The table's constraint decides which are free."""
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


def _cleaned(field: str, text: str, limit: int, *, required: bool = False) -> str:
    try:
        return clean(text, limit, required=required)
    except Refused as refused:
        raise BadRoom(field, refused.message) from None
