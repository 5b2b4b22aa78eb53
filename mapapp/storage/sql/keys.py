"""The host keys of a room, and the one-time codes for new ones: few, and rarely read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.domain.room import HostKey
from mapapp.models import Key, Pairing, Room
from mapapp.storage.sql.values import datetime_of


def read_keys(room: UUID) -> list[HostKey]:
    """All host keys that the room has ever had."""
    rows = Key.objects.filter(room=room).values_list("number", "hash", "label", "revoked")
    return [HostKey(number, hash_, label, bool(at)) for number, hash_, label, at in rows]


def take_over(room: UUID) -> list[HostKey]:
    """Add the key of a room that was created by a process of the previous version."""
    opened = Room.objects.filter(pk=room).values_list("host_key_hash", "created").first()
    if opened is None or not opened[0]:
        return []
    Key.objects.create(room_id=room, number=1, hash=opened[0], made=opened[1])
    return read_keys(room)


def read_pairings(room: UUID, hashes: Collection[str]) -> dict[str, float]:
    """Those of these one-time codes that exist, with their ends in seconds since 1970."""
    rows = Pairing.objects.filter(room=room, hash__in=hashes).values_list("hash", "expires")
    return {hash_: expires.timestamp() for hash_, expires in rows}


def write_keys(room: UUID, changes: Iterable[Change]) -> None:
    """Store the changes of the kinds `key` and `revoke`; others are passed over."""
    for change in changes:
        data, at = change.data, datetime_of(change.at)
        if change.kind == "key":
            Key.objects.create(
                room_id=room, number=data["key"], hash=data["hash"], label=data["device"], made=at
            )
            if "pairing" in data:
                Pairing.objects.filter(hash=data["pairing"]).delete()
        elif change.kind == "revoke":
            Key.objects.filter(room=room, number=data["key"]).update(revoked=at)


def note_use(room: UUID, number: int, at: float) -> None:
    """Note that somebody has come in with this key at `at` (seconds since 1970)."""
    Key.objects.filter(room=room, number=number).update(used=datetime_of(at))
