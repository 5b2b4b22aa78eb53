"""The registry of the rooms open in this process, with everything that keeps them live."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
import uuid
from collections.abc import Callable, Sequence
from uuid import UUID

from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.changes.keys import Pair
from mapapp.domain.changes.steering import Close
from mapapp.domain.refusals import StoreUnavailable
from mapapp.domain.room import HOLD_SECONDS
from mapapp.domain.sight import sight_of
from mapapp.domain.storing import Answer, Committed, StoredRoom, Submission
from mapapp.live.catch_up import CatchUp
from mapapp.live.committer import Committer
from mapapp.live.fanout.connection import Connection
from mapapp.live.fanout.fanout import SightRule
from mapapp.live.feed import Feed
from mapapp.live.isolated import isolated
from mapapp.live.load import Load, demanded_seconds
from mapapp.live.newcomers import Shares
from mapapp.live.ports import ChannelLayer, Store, WorkOut
from mapapp.live.reader import StoreReader
from mapapp.live.relay.messages import Seal
from mapapp.live.relay.relay import Relay
from mapapp.live.room import CLOSING_SECONDS, LiveRoom
from mapapp.live.room_limits import RoomLimits, TooManyRooms
from mapapp.live.services import Services
from mapapp.live.tasks import Tasks
from mapapp.live.upkeep import Upkeep
from mapapp.protocol.codes import Close as CloseCode

logger = logging.getLogger(__name__)

# The time in which a change reaches everybody here, and most people elsewhere.
TOLD_SECONDS = 1.0
# A process is not ready if its oldest change has waited for longer than this.
TARDY_SECONDS = 3.0
# The spread of reconnects after a restart: one client per millisecond, over at
# least half a second and at most twenty (R3).
_RETURN_MS = (500, 20_000)


class Hub:
    """Create it on the running loop, then `start` it.

    `max_rooms` is the most rooms that this process holds at a time, and
    `max_rooms_each` the most for one address; `phone_budget` is the most bytes a
    second for a phone, None for no limit; `alone` says that there can be no other
    processes; `secrets` are shared by all of them (`messages.Seal`); `clock` gives
    seconds since 1970, the same in all processes (`DatabaseStore.now`); `sight`
    decides who sees what; `feed` tells committed changes to its subscribers;
    `work_out` works out results; `demanded` gives the seconds of processor time that
    this thread has wanted so far.
    """

    def __init__(
        self,
        store: Store,
        layer: ChannelLayer,
        *,
        max_rooms: int = 1_000,
        max_rooms_each: int = 200,
        phone_budget: int | None = None,
        alone: bool = False,
        secrets: Sequence[str] = ("",),
        clock: Callable[[], float] = time.time,
        sight: SightRule = sight_of,
        feed: Feed | None = None,
        work_out: WorkOut | None = None,
        demanded: Callable[[], float] = demanded_seconds,
    ) -> None:
        self.process = uuid.uuid4().hex[:12]
        self.clock = clock
        self.draining = False
        self.rooms: dict[UUID, LiveRoom] = {}
        self.feed = feed or Feed()
        self.committer = Committer(store, self._on_commit, self.feed.tell)
        self.relay = Relay(layer, self.process, seal=Seal(secrets), alone=alone)
        self.reader = StoreReader(store)
        self._loop = asyncio.get_running_loop()
        # Expected errors: those who wait for a room get them.
        self._tasks = Tasks(StoreUnavailable, TooManyRooms)
        self._limits = RoomLimits(max_rooms, max_rooms_each)
        self._catch_up = CatchUp(self.reader, self.rooms, self._tasks)
        load = Load(self._loop.time(), demanded)
        self._services = Services(
            load=load,
            submit=self.committer.submit,
            renew=self._renew,
            phone_budget=phone_budget,
            sight=sight,
            gives=Shares(self.process, lambda: self.relay.others).gives,
            clock=clock,
            work_out=work_out,
        )
        self._upkeep = Upkeep(
            self.rooms,
            self.reader,
            self._tasks,
            unload=self._unload,
            hears_all=lambda: self.relay.hears_all,
            clock=clock,
            load=load,
        )
        self._codes: dict[str, LiveRoom] = {}
        self._opening: dict[str, asyncio.Task[LiveRoom | None]] = {}

    # --- life -----------------------------------------------------------------

    def start(self) -> None:
        """Begin to commit, relay and sweep."""
        for forever in (
            self.committer.run(),
            self.relay.receive(),
            self.relay.send(),
            self.relay.beat(),
            self._upkeep.sweep(),
            self._upkeep.follow_load(),
            self._upkeep.follow_clock(),
        ):
            self._tasks.spawn(forever)

    async def stop(self) -> None:
        """End everything that `start` began."""
        for room in self.rooms.values():
            room.stop()
        await self._tasks.cancel()
        self.reader.close()

    async def relay_ready(self) -> bool:
        """Whether news reaches other processes now."""
        return self.relay.up

    async def stores_in_time(self) -> bool:
        """Whether changes are stored soon, as far as this process can tell."""
        return self.committer.keeps_up(TARDY_SECONDS)

    def calm(self) -> bool:
        """Whether nobody holds a marker, so that nobody would notice a short pause."""
        return all(room.is_calm for room in self.rooms.values())

    async def drain(self, seconds: float) -> None:
        """Commit the waiting changes, then tell every client to come back (S1).

        Waits for the database at most `seconds`; changes that are not stored by then
        were never acknowledged, so their clients send them again.
        """
        self.draining = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.committer.drained(), seconds)
        connections = [c for room in self.rooms.values() for c in room.connections]
        spread = min(max(len(connections), _RETURN_MS[0]), _RETURN_MS[1])
        for connection in connections:
            retry_ms = random.randrange(spread)
            connection.say_goodbye(CloseCode.RESTART, retry_ms=retry_ms)

    # --- rooms ----------------------------------------------------------------

    async def room(self, code: str, opener: str = "") -> LiveRoom | None:
        """Return the live room with this code, loading it if need be; None if there is none.

        `opener` is the address that asks for it. Raises `StoreUnavailable` and
        `TooManyRooms`.
        """
        room = self._codes.get(code)
        if room is not None and not room.is_lost:
            return room
        if code not in self._opening:
            task = self._opening[code] = self._tasks.spawn(self._open(code, opener))
            task.add_done_callback(lambda _: self._opening.pop(code))
        # Shielded, because several newcomers wait for the same opening.
        return await asyncio.shield(self._opening[code])

    async def _open(self, code: str, opener: str) -> LiveRoom | None:
        stored = await self.reader.load(code)
        if stored is None:
            return None
        # Not earlier, so that no room makes way for a wrong code.
        if (other := self._limits.make_way(self.rooms.values(), opener)) is not None:
            del self.rooms[other.state.id]
            self._tasks.spawn(self._unload(other))
        room = self._make(stored, opener)
        # It takes news from now on, and people once everything is read.
        self.rooms[room.state.id] = room
        try:
            await self.relay.join(room.line, room.exchange)
            # Changes committed elsewhere between reading and joining the group have
            # not reached this process.
            room.receive(await self.reader.changes_since(room.state.id, room.state.revision))
        except Exception:
            await self._unload(room)
            raise
        self._codes[code] = room
        room.opened()
        return room

    def _make(self, stored: StoredRoom, opener: str) -> LiveRoom:
        line = self.relay.line(stored.state.id, stored.state.epoch)
        return LiveRoom(
            stored,
            line=line,
            services=self._services,
            fetch=self._catch_up.fetch,
            opener=opener,
        )

    async def _unload(self, room: LiveRoom) -> None:
        room.stop()
        self.rooms.pop(room.state.id, None)
        # Another room may have the code of one that was deleted.
        if self._codes.get(room.state.code) is room:
            del self._codes[room.state.code]
        await self.relay.leave(room.line)

    async def end_room(self, code: str) -> None:
        """Close a room for good, as a host does; return when all who are here have been told.

        Called before a room is deleted. Other processes learn of it as of any change.
        Raises `StoreUnavailable` and `TooManyRooms`.
        """
        room = await self.room(code)
        if room is None:
            return
        answer = await self._submitted(Submission(room.state.id, Close()))
        if answer.code == "unavailable":
            raise StoreUnavailable("the room could not be closed")
        await asyncio.sleep(CLOSING_SECONDS + TOLD_SECONDS)

    # --- changes --------------------------------------------------------------

    def submit(
        self,
        room: LiveRoom,
        connection: Connection,
        client: UUID | None,
        op: int,
        operation: Operation,
        answer: Callable[[Answer], None],
    ) -> None:
        """Hand a client's change to the committer; `answer` follows.

        While the server is draining, no new changes are taken, so that fast clients
        cannot delay its end: they send their changes again (D3).
        """
        if self.draining:
            return
        assert connection.participant is not None, "a screen submits nothing"
        actor = Actor(
            connection.participant,
            connection.name,
            connection.host,
            connection.came_from,
            connection.key,
        )
        submission = Submission(room.state.id, room.replica.completed(operation), actor, client, op)
        self.committer.submit(submission, answer, connection.turned_away)

    async def pair(self, room: LiveRoom, pair: Pair) -> Answer:
        """Exchange a one-time code for a host key; the room knows the key when this returns."""
        return await self._submitted(Submission(room.state.id, pair))

    async def _submitted(self, submission: Submission) -> Answer:
        answered: asyncio.Future[Answer] = self._loop.create_future()
        self.committer.submit(submission, answered.set_result)
        return await answered

    def key_used(self, room: LiveRoom, key: int) -> None:
        """Note that somebody has come in with this host key."""
        self._tasks.spawn(self.reader.note_use(room.state.id, key))

    def _renew(self, room: UUID, grabs: Sequence[int]) -> None:
        """Prolong leases, without making the sweep wait for a database that hangs."""
        self._tasks.spawn(self.committer.renew(room, grabs, HOLD_SECONDS))

    def _on_commit(self, committed: Committed) -> None:
        for room_id in committed.gone:
            if room_id in self.rooms:
                self.rooms[room_id].lost_by_store()
        for room_id, revision in committed.revisions.items():
            room = self.rooms.get(room_id)
            if room is None:
                continue
            with isolated("bring forward", room.state.code):
                room.committed(committed.changes[room_id], revision)
            # If that failed, the missing changes are read.
            room.heard_of(revision)
