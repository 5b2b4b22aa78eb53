"""Who may come in: origin, connections per address, and the hello (A1, A3)."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from mapapp.domain.changes.keys import Pair
from mapapp.domain.keys import hash_key
from mapapp.domain.names import friendly_name
from mapapp.domain.refusals import StoreUnavailable
from mapapp.domain.room import CLOSED
from mapapp.limits.buckets import Clock, Entrance, KeyedLimiter
from mapapp.live.fanout.connection import HOST, SCREEN, Connection
from mapapp.live.hub import Hub
from mapapp.live.ports import Link
from mapapp.live.room import LiveRoom
from mapapp.live.room_limits import TooManyRooms, TooManyRoomsThere
from mapapp.protocol.codes import Close
from mapapp.protocol.incoming import Hello
from mapapp.protocol.incoming.keys import KEY_CHARACTERS
from mapapp.rooms import keys
from mapapp.rooms.codes import Codes, TooManyGuesses
from mapapp.server.origins import client_address

# The wait for people at a closed door: from a full hall come some tens of hellos a second.
_DOOR_MS = (15_000, 30_000)


class Rejected(Exception):
    """A newcomer who may not come in, and the close code that tells why.

    `retry_ms` is the number of milliseconds after which to come back, if known.
    """

    def __init__(self, close: Close, *, retry_ms: int | None = None) -> None:
        self.close = close
        self.retry_ms = retry_ms
        super().__init__(close.name)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may come in: `people` and `screens` in a room, and so on.

    From one address, a room lets in `new_at_once` new people, and then
    `new_per_minute`.
    """

    people: int = 5_000
    screens: int = 100
    screens_each_address: int = 40
    sockets_each_person: int = 10
    connections_each_address: int = 6_000
    new_at_once: int = 1_500
    new_per_minute: int = 300


class Gate:
    """Lets newcomers in. There is one per process.

    `origins` are the sites that may connect besides this server's own. `came`
    is called for each new person with the key they are counted under, for
    the limits across all processes.
    """

    def __init__(
        self,
        codes: Codes,
        *,
        origins: Sequence[str],
        caps: Caps,
        clock: Clock = time.monotonic,
        came: Callable[[str], None] = lambda _key: None,
    ) -> None:
        self._codes = codes
        self._origins = frozenset(origins)
        self._caps = caps
        self._came = came
        self._entrance = Entrance(
            burst=caps.new_at_once, per_second=caps.new_per_minute / 60, clock=clock
        )
        self._addresses: Counter[str] = Counter()
        self._pairings = KeyedLimiter(burst=10, per_second=1 / 3, clock=time.monotonic)

    def enter(self, scope: Mapping[str, Any]) -> str:
        """Count a new socket and return its address; raises `Rejected`. Pair with `exit`."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        # Programs send no Origin; a browser always sends its page's.
        if origin is not None and not self._is_ours(
            origin.decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
        ):
            raise Rejected(Close.ORIGIN)
        address = client_address(scope)
        if self._addresses[address] >= self._caps.connections_each_address:
            raise Rejected(Close.TOO_FAST)
        self._addresses[address] += 1
        return address

    def exit(self, address: str) -> None:
        """Count a socket out."""
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def _is_ours(self, origin: str, host: str) -> bool:
        return origin in self._origins or (bool(host) and urlsplit(origin).netloc == host)

    async def find_room(self, hub: Hub, code: str, address: str) -> LiveRoom:
        """Return the room, or raise `Rejected`: wrong codes are counted against their address."""
        if hub.draining:
            raise Rejected(Close.RESTART)
        try:
            room = await self._codes.find(address, code, partial(hub.room, code, address))
        except TooManyGuesses:
            raise Rejected(Close.TOO_FAST) from None
        except TooManyRoomsThere:
            raise Rejected(Close.TOO_MANY_ROOMS) from None
        except (StoreUnavailable, TooManyRooms):
            raise Rejected(Close.NOT_READY) from None
        if room is None:
            raise Rejected(Close.NO_ROOM)
        return room

    def admit(
        self, room: LiveRoom, hello: Hello, link: Link, address: str
    ) -> tuple[Connection, str | None]:
        """Return the newcomer's connection and token, or raise `Rejected`."""
        if room.state.phase == CLOSED:
            raise Rejected(Close.CLOSED)
        came_from = keys.address_hash(room.state.id, address)
        key = keys.find_key(hello.key, room.state.keys.values()) if hello.key else 0
        if hello.as_ == SCREEN:
            # The presenter's own screen, which has the key, always gets in.
            if not key:
                self._find_place_for_screen(room, came_from)
            screen = Connection(
                link,
                role=SCREEN,
                came_from=came_from,
                moves=hello.moves,
                snapshot=hello.snapshot,
            )
            return screen, None
        if hello.as_ == HOST and not key:
            raise Rejected(self._why_not_steer(room, hello))
        if hello.token is None:
            # Only hosts, and people who come in while the door is open, get a token.
            # So somebody with a token has been here before.
            if not room.state.door_open and hello.as_ != HOST:
                raise Rejected(Close.NOBODY_NEW, retry_ms=random.randrange(*_DOOR_MS))
            participant = room.newcomers.participant()
            token = keys.issue_token(room.state.id, participant)
        else:
            try:
                participant = keys.read_token(hello.token, room.state.id)
            except keys.BadToken:
                raise Rejected(Close.BAD_TOKEN) from None
            room.newcomers.came(participant)
            token = keys.renewed_token(hello.token)
        person = room.state.person(participant)
        if person is not None and person.banned:
            raise Rejected(Close.REMOVED)
        # The host, and people who have made a change before, always get in.
        if hello.as_ != HOST and person is None:
            self._find_place(room, participant, is_new=hello.token is None, address=address)
        room.members.make_room_for_another(participant, self._caps.sockets_each_person)
        connection = Connection(
            link,
            role=hello.as_,
            participant=participant,
            name=friendly_name(participant),
            client=hello.client,
            came_from=came_from,
            moves=hello.moves,
            snapshot=hello.snapshot,
            key=key if hello.as_ == HOST else 0,
        )
        return connection, token

    def _find_place(
        self, room: LiveRoom, participant: uuid.UUID, *, is_new: bool, address: str
    ) -> None:
        """Raise `Rejected` if there is no place for somebody who has not changed anything yet."""
        if (
            not room.members.has_participant(participant)
            and room.presence.total[0] >= self._caps.people
        ):
            raise Rejected(Close.ROOM_FULL)
        if not is_new:
            return
        key = f"{room.state.id}:{address}"
        if wait := self._entrance.come_in(key):
            raise Rejected(Close.CROWDED, retry_ms=round(wait * 1000))
        self._came(key)

    def crowded_elsewhere(self, key: str) -> None:
        """Other processes have let in as many new people as may come in."""
        self._entrance.empty(key)

    def _find_place_for_screen(self, room: LiveRoom, came_from: str) -> None:
        if (
            room.presence.total[1] >= self._caps.screens
            or room.members.screens_from(came_from) >= self._caps.screens_each_address
        ):
            raise Rejected(Close.SCREENS_FULL)

    async def pair(self, hub: Hub, room: LiveRoom, hello: Hello, address: str) -> None:
        """Make the key in a hello valid in exchange for its one-time code, or raise `Rejected`.

        A repeat with the same key, after the answer was lost, does nothing: the key
        is valid already.
        """
        key = hello.key or ""
        known = any(one.hash == hash_key(key) for one in room.state.keys.values())
        if room.state.phase == CLOSED or known:
            return
        if len(key) < KEY_CHARACTERS:
            raise Rejected(Close.BAD_HELLO)
        # Each try is a transaction. Codes cannot be guessed, but people can still try.
        if not self._pairings.take(address):
            raise Rejected(Close.TOO_FAST)
        code_hash = hash_key(hello.pair or "")
        answer = await hub.pair(room, Pair(code_hash, hash_key(key), hello.label))
        if answer.code in ("bad_pairing", "bad_text"):
            raise Rejected(Close.BAD_PAIRING)
        if not keys.find_key(key, room.state.keys.values()) and room.state.phase != CLOSED:
            # Not stored, or not known here yet: repeating the hello will tell.
            raise Rejected(Close.NOT_READY)

    @staticmethod
    def _why_not_steer(room: LiveRoom, hello: Hello) -> Close:
        """A revoked key gets a code of its own, because its bearer has steered here."""
        hashed = hash_key(hello.key or "")
        was_one = any(key.hash == hashed for key in room.state.keys.values())
        return Close.KEY_REVOKED if was_one else Close.WRONG_KEY
