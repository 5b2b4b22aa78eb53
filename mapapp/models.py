"""The tables.

`Room.revision` is the room's change counter and its row is the lock: once a room
is created, only `mapapp.storage.store` changes it or anything in it. A room's
live state can always be rebuilt from these tables alone.

Fields have the same names as in the domain and on the wire. A column that had
another name before keeps it (`db_column`): during an upgrade the previous version
reads and writes the same tables.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from mapapp.domain.kinds import ACTIVITY_KINDS


class Room(models.Model):
    """One shared session with a join code."""

    class Phase(models.TextChoices):
        OPEN = "open"
        LOCKED = "locked"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=6, unique=True)
    title = models.CharField(max_length=200, blank=True)
    # A client's revision is meaningful only within one epoch. The epoch changes
    # when the revisions may have gone back (a restored backup).
    epoch = models.CharField(max_length=16)
    revision = models.PositiveBigIntegerField(default=0)
    activity = models.ForeignKey(
        "Activity", null=True, on_delete=models.SET_NULL, related_name="current_in"
    )
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.OPEN)
    # Whether newcomers may come in; people who have been here always may.
    door_open = models.BooleanField(default=True, db_default=True)
    # The hash of the creator's key, which is now in `Key`. Only processes of the
    # previous version use it, while they are being replaced.
    host_key_hash = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    # The address it was created from (`keys.address_hash`): people there may come
    # in, however many wrong codes others there have typed.
    opened_from = models.CharField(max_length=16, blank=True, default="", db_default="")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    # When the room was first found to be over (see mapapp.rooms.expiry.expire_rooms).
    ended = models.DateTimeField(null=True, blank=True, editable=False)
    # The last numbers given to markers and people; numbers are never reused.
    last_marker = models.PositiveIntegerField(default=0)
    last_person = models.PositiveIntegerField(default=0)
    markers_present = models.PositiveIntegerField(default=0)
    # People with a row who have not been removed; the cap counts these.
    people_present = models.PositiveIntegerField(default=0, db_default=0)
    # The last number given to an activity.
    last_activity = models.PositiveIntegerField(default=1, db_default=1)
    # The revision at which the audience last began to see the room in another way.
    sight_since = models.PositiveBigIntegerField(default=0, db_default=0)
    # A marker that the host points to; 0 for none.
    spotlight = models.PositiveIntegerField(default=0, db_default=0)
    # The part of the map that screens show, as JSON; "" for the usual one.
    camera = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()


class Key(models.Model):
    """A key that steers a room: its creator's, or a paired device's. Only its hash is kept."""

    class Role(models.TextChoices):
        HOST = "host"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="keys")
    number = models.PositiveIntegerField()
    role = models.CharField(max_length=8, choices=Role, default=Role.HOST)
    # SHA-256 in hex (`mapapp.domain.keys.hash_key`).
    hash = models.CharField(max_length=64)
    # The name of the device that has it, as given by the device.
    label = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField(default=timezone.now)
    # When it was last used to come in.
    used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "number"], name="key_number"),
            models.UniqueConstraint(fields=["room", "hash"], name="key_hash"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.label}".strip()


class ResultLink(models.Model):
    """A link that shows a room's results to whoever has it. Only its token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="result_links")
    # SHA-256 in hex (`mapapp.domain.keys.hash_key`).
    hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.room_id} {self.made:%Y-%m-%d}"


class Pairing(models.Model):
    """A one-time code for a key (docs/decisions/0016). It is deleted when used or expired."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="pairings")
    # SHA-256 in hex of the code.
    hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.expires)


def activity_kinds() -> list[tuple[str, str]]:
    """The kinds of activities."""
    return [(name, name) for name in ACTIVITY_KINDS]


class Activity(models.Model):
    """One question with its surface, its rules and its markers."""

    class Stage(models.TextChoices):
        PREPARE = "prepare"
        ANSWER = "answer"
        OVER = "closed"
        REVEALED = "revealed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="activities")
    # Unique in the room, and never given again.
    number = models.PositiveIntegerField(default=1, db_default=1)
    # Its place in the room's order, from 1.
    position = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(max_length=200)
    kind = models.CharField(
        "rules", max_length=8, choices=activity_kinds, default="own", db_column="rules"
    )
    # All settings of its kind, as JSON. Two of them have columns, too, for processes of
    # the previous version while they are being replaced.
    settings = models.TextField(blank=True, default="", db_default="")
    markers_each = models.PositiveSmallIntegerField(default=1)
    anyone_adds = models.BooleanField(default=False)
    # Everybody's first view: WGS 84 degrees and a zoom level.
    view_lat = models.FloatField(default=20.0)
    view_lng = models.FloatField(default=10.0)
    view_zoom = models.FloatField(default=2.0)
    # The rest of the surface, as JSON (`domain.surface`).
    surface = models.TextField(blank=True, default="", db_default="")
    stage = models.CharField(
        max_length=8, choices=Stage, default=Stage.ANSWER, db_default=Stage.ANSWER
    )
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    # When answers end by the timer, in milliseconds since 1970; 0 without one.
    ends = models.PositiveBigIntegerField(default=0, db_default=0)
    # Answers that came after that, as JSON: by person's number, the marker, lat and lng.
    late = models.TextField(blank=True, default="", db_default="")
    discarded = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["room", "number"], name="activity_number"),)
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.question


class Participant(models.Model):
    """A person who has made at least one change, or has been removed.

    People who only look have no row, only their signed token.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="participants")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    # The name they had when this row was made. It is written once, so its index costs
    # a change nothing (docs/decisions/0037).
    came_as = models.CharField(max_length=40, blank=True, default="", db_default="")
    banned = models.BooleanField(default=False)
    # Whether everybody is told the name; false while choosing a name is all they have
    # done. Snapshots leave out such people (docs/decisions/0021).
    listed = models.BooleanField(default=True, db_default=True)
    # A keyed hash of the network address they first came from, never the address
    # itself (`keys.address_hash`). Within this room, people from one address have
    # the same hash; across rooms it cannot be compared.
    came_from = models.CharField(max_length=16, blank=True, default="", db_default="")
    # When they made their first change.
    came = models.DateTimeField(default=timezone.now, db_default=Now())
    # Whether they have ever steered the room, which exempts them from removal in bulk.
    steers = models.BooleanField(default=False, db_default=False)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "number"], name="participant_number"),
        )
        indexes = (models.Index(fields=["room", "came_as"], name="participant_came_as"),)

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    """A participant's tab: its op counter and its latest answers."""

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="clients")
    # The tab's own id. It counts only together with its participant, so nobody can
    # use up somebody else's counter.
    client = models.UUIDField(editable=False)
    last_op = models.PositiveBigIntegerField(default=0)
    # The answers to the latest ops, so that a repeat gets the first answer, as JSON
    # in the store's own form (see mapapp.storage.idempotency).
    answers = models.TextField(default="[]")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "client"], name="participant_client"),
        )

    def __str__(self) -> str:
        return str(self.client)


class Newcomer(models.Model):
    """A tab of somebody who has been refused and has not changed anything yet.

    Kept for a few minutes, because a copy of the refused op may still be on its way
    through another process.
    """

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    # Has no row in `Participant` yet.
    participant = models.UUIDField(editable=False)
    client = models.UUIDField(editable=False)
    last_op = models.PositiveBigIntegerField()
    answers = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "client"], name="newcomer_client"),
        )

    def __str__(self) -> str:
        return str(self.client)


class Marker(models.Model):
    """A point on the map of one activity."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="markers")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="markers")
    number = models.PositiveIntegerField()
    owner = models.PositiveIntegerField(default=0)
    lat = models.FloatField()
    lng = models.FloatField()
    label = models.CharField(max_length=60, blank=True)
    colour = models.PositiveSmallIntegerField(default=0)
    icon = models.PositiveSmallIntegerField(default=0)
    # The number of the person who holds it (0: nobody), the revision of that
    # grab (the fencing token), and when the lease on it ends if not renewed.
    holder = models.PositiveIntegerField(default=0)
    grab = models.PositiveBigIntegerField(default=0, db_column="held_revision")
    held_until = models.DateTimeField(null=True)
    changed_at_revision = models.PositiveBigIntegerField()
    # The revision that last changed its position (see mapapp.domain.marker.Marker).
    # The default is in the database, because the previous version writes rows during
    # an upgrade, too.
    moved = models.PositiveBigIntegerField(default=0, db_default=0, db_column="moved_at_revision")
    removed = models.BooleanField(default=False)
    # Where it was at the end of the first round.
    before_lat = models.FloatField(null=True)
    before_lng = models.FloatField(null=True)
    # Only hosts move and edit it, and it is never hidden.
    pinned = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["room", "number"], name="marker_number"),)
        indexes = (models.Index(fields=["room", "owner"], name="marker_owner"),)

    def __str__(self) -> str:
        return self.label or str(self.number)


class Change(models.Model):
    """One durable step of a room, as it was told to everybody. Append-only."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.PositiveIntegerField("person", default=0, db_column="person")
    kind = models.CharField(max_length=16)
    marker = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict, db_column="payload")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "revision"], name="change_revision"),
        )

    def __str__(self) -> str:
        return f"{self.revision} {self.kind}"
