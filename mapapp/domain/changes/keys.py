"""Changes of host keys: pairing a device, rotating a key, revoking one."""

from __future__ import annotations

from typing import Any

from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, effect, operation
from mapapp.domain.refusals import Refused
from mapapp.domain.room import HostKey, RoomState
from mapapp.domain.text import NAME_LIMIT, clean


@operation
class Pair(Operation):
    """The server exchanges a one-time code for a host key, both given by their hashes."""

    by_people = False
    by_server = True

    code_hash: str
    key_hash: str
    label: str = ""

    def decide(self, case: Case) -> None:
        """Give a newcomer's key the right to steer, for a code that is then used up."""
        room = case.room
        if room.pairings.get(self.code_hash, 0.0) <= case.at:
            raise Refused("bad_pairing")
        label = clean(self.label, NAME_LIMIT)
        data = _key_data(room, self.key_hash, label) | {"pairing": self.code_hash}
        case.add("key", data=data)


@operation
class Rotate(Operation):
    """A new key takes the place of the host's own. `key_hash` is its SHA-256 in hex."""

    host_only = True

    key_hash: str

    def decide(self, case: Case) -> None:
        assert case.actor is not None, "somebody has the key"
        old = case.room.keys.get(case.actor.key)
        if old is None:
            raise Refused("no_key")
        data = _key_data(case.room, self.key_hash, old.label)
        case.add("key", data=data)
        # The actor continues with the new key; anyone else with the old one is out.
        case.add("revoke", data={"key": old.number, "successor": data["key"]})


@effect("key", private="hash device pairing")
def _key(room: RoomState, change: Change) -> None:
    data = change.data
    room.keys[data["key"]] = HostKey(data["key"], data["hash"], data["device"])
    room.pairings.pop(data.get("pairing", ""), None)


@operation
class Revoke(Operation):
    """A host key, given by its number, stops steering."""

    host_only = True

    key: int

    def decide(self, case: Case) -> None:
        if not case.room.steers(self.key):
            raise Refused("no_key")
        case.add("revoke", data={"key": self.key})


@effect("revoke", private="successor", fetched=True)
def _revoke(room: RoomState, change: Change) -> None:
    # The store loads the keys only where it needs them.
    key = room.keys.get(change.data["key"])
    if key is not None:
        key.revoked = True


def _key_data(room: RoomState, key_hash: str, label: str) -> dict[str, Any]:
    if any(key.hash == key_hash for key in room.keys.values()):
        # A revoked key does not become valid again.
        raise Refused("bad_pairing")
    return {"key": max(room.keys, default=0) + 1, "hash": key_hash, "device": label}
