"""The open rooms of this process, with all that keeps them live."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.changes.keys import Pair
from mapapp.domain.changes.markers import EndHold, Release
from mapapp.domain.changes.steering import Close
from mapapp.domain.refusals import StoreUnavailable
from mapapp.domain.room import HOLD_SECONDS
from mapapp.domain.storing import Answer, Committed, Submission
from mapapp.live.committer import Committer
from mapapp.live.connection import Connection
from mapapp.live.holds import Hold
from mapapp.live.isolated import isolated
from mapapp.live.ports import ChannelLayer, Store
from mapapp.live.relay.messages import Seal
from mapapp.live.relay.relay import Relay
from mapapp.live.room import CLOSING_SECONDS, LiveRoom
from mapapp.live.workers import Workers
from mapapp.protocol.codes import Close as CloseCode

logger = logging.getLogger(__name__)

T = TypeVar("T")

# A room that nobody has been in for this long is dropped from memory.
UNLOAD_SECONDS = 30.0
# Beyond this many missed changes the whole room is read again instead.
FETCH_LIMIT = 5_000
SWEEP_SECONDS = 1.0
# How often the store is asked whether the rooms that are open here still exist:
# a script or another process may have deleted one, and nobody says so.
EXISTENCE_SECONDS = 2.0
# How long it takes a change to reach everybody here, and most of them elsewhere.
TOLD_SECONDS = 1.0
# How often somebody looks whether the clock was set.
CLOCK_SECONDS = 5.0
# A process whose oldest change waits for longer is not ready.
TARDY_SECONDS = 3.0
# A loop that is later than this with something planned has no time to spare.
LATE_SECONDS = 0.25
# How the comebacks after a restart are spread: one client per millisecond,
# over at least half a second and at most twenty (R3).
_RETURN_MS = (500, 20_000)
# After which they may come back whose room has made way for another.
_WAY_MS = (5_000, 30_000)


class TooManyRooms(Exception):
    """This process holds as many rooms as it may, and people are at work in all of them."""


class TooManyRoomsThere(TooManyRooms):
    """It holds as many as it may for one address."""


class Hub:
    """Create it on the running loop, then `start` it.

    `store` and `layer` are handed in; `max_rooms` is how many rooms this
    process holds at a time, `max_rooms_each` how many of them for one address;
    `phone_budget` is how many bytes a second a phone may get, None for as many
    as there are; `alone` says that there can be no other processes; `secrets`
    are what they all know (`messages.Seal`); `clock`
    gives seconds since 1970, the same to all processes (`DatabaseStore.now`).
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
    ) -> None:
        self.process = uuid.uuid4().hex[:12]
        self.draining = False
        self.rooms: dict[UUID, LiveRoom] = {}
        self.committer = Committer(store, self._on_commit)
        self.relay = Relay(layer, self.process, seal=Seal(secrets), alone=alone)
        self._store = store
        self._clock = clock
        self._max_rooms = max_rooms
        self._max_rooms_each = max_rooms_each
        self._phone_budget = phone_budget
        self._loop = asyncio.get_running_loop()
        self._codes: dict[str, LiveRoom] = {}
        self._opening: dict[str, asyncio.Task[LiveRoom | None]] = {}
        self._fetching: set[UUID] = set()
        self._asking: asyncio.Task[None] | None = None
        self._asked = float("-inf")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._readers = Workers(2, "reader", forget=store.disconnect)

    # --- life -----------------------------------------------------------------

    def start(self) -> None:
        """Begin to commit, relay and sweep."""
        for forever in (
            self.committer.run(),
            self.relay.receive(),
            self.relay.send(),
            self.relay.beat(),
            self._sweep_forever(),
            self._follow_clock_forever(),
        ):
            self._spawn(forever)

    async def stop(self) -> None:
        """End all that `start` began."""
        for room in self.rooms.values():
            room.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._readers.close()

    async def relay_ready(self) -> bool:
        """Whether news reaches other processes at this moment."""
        return self.relay.up

    async def stores_in_time(self) -> bool:
        """Whether what people change is stored soon, as far as this process can tell."""
        return self.committer.keeps_up(TARDY_SECONDS)

    def calm(self) -> bool:
        """Whether nobody holds a marker, so that a short pause is not seen."""
        return not any(room.mirror.holds for room in self.rooms.values())

    async def drain(self, seconds: float) -> None:
        """Commit what is held, then tell every client to come back (S1).

        Waits for the database at most `seconds`; what is not stored
        by then was never acknowledged, so its clients send it again.
        """
        self.draining = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.committer.drained(), seconds)
        connections = [c for room in self.rooms.values() for c in room.connections]
        spread = min(max(len(connections), _RETURN_MS[0]), _RETURN_MS[1])
        for connection in connections:
            retry_ms = random.randrange(spread)
            connection.say_goodbye(CloseCode.RESTART, retry_ms=retry_ms)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or isinstance(
            error := task.exception(), (StoreUnavailable, TooManyRooms)
        ):
            return  # whoever waits for the room is told
        if error is not None:
            logger.error("A background task of the hub failed", exc_info=error)

    async def _read(self, call: Callable[..., T], *args: object) -> T:
        return await self._readers.call(call, *args)

    # --- rooms ----------------------------------------------------------------

    async def room(self, code: str, opener: str = "") -> LiveRoom | None:
        """Return the live room with this code, opening it if need be; None if there is none.

        `opener` is the address that asks for it. Raises `StoreUnavailable` and
        `TooManyRooms`.
        """
        room = self._codes.get(code)
        if room is not None and not room.is_gone:
            return room
        if code not in self._opening:
            task = self._opening[code] = self._spawn(self._open(code, opener))
            task.add_done_callback(lambda _: self._opening.pop(code))
        # Shielded, because several newcomers wait for the same opening.
        return await asyncio.shield(self._opening[code])

    async def _open(self, code: str, opener: str) -> LiveRoom | None:
        stored = await self._read(self._store.open, code)
        if stored is None:
            return None
        # Only now, so that no room makes way for a wrong code.
        self._make_way(opener)
        room = LiveRoom(
            stored,
            line=self.relay.line(stored.state.id, stored.state.epoch),
            fetch=self._fetch,
            phone_budget=self._phone_budget,
        )
        room.opener = opener
        # It takes news from now on, and people once all is there.
        self.rooms[room.state.id] = room
        try:
            await self.relay.join(room.line, room)
            # What was committed elsewhere between reading and joining the group
            # reached nobody here.
            changes = await self._read(
                self._store.changes_since, room.state.id, room.state.revision, FETCH_LIMIT
            )
            room.receive(changes)
            room.changed = False
        except Exception:
            await self._unload(room)
            raise
        self._codes[code] = room
        room.opened()
        return room

    def _make_way(self, opener: str) -> None:
        """Close a room here, if need be, to open another for `opener`. Raises `TooManyRooms`.

        One in which nothing would be lost: the emptiest, and of those the one
        that has been so for longest. Its people, if any, may come back.
        """
        theirs = [room for room in self.rooms.values() if opener and room.opener == opener]
        if len(theirs) >= self._max_rooms_each:
            among: Iterable[LiveRoom] = theirs
            error: TooManyRooms = TooManyRoomsThere()
        elif len(self.rooms) >= self._max_rooms:
            among, error = self.rooms.values(), TooManyRooms()
        else:
            return
        # Not one that is just being opened.
        may = [r for r in among if r.may_make_way and self._codes.get(r.state.code) is r]
        if not may:
            raise error
        room = min(may, key=lambda r: (len(r.connections), r.last_used))
        for connection in list(room.connections):
            retry_ms = random.randrange(*_WAY_MS)
            connection.say_goodbye(CloseCode.NOT_READY, retry_ms=retry_ms)
        del self.rooms[room.state.id]
        self._spawn(self._unload(room))

    async def _unload(self, room: LiveRoom) -> None:
        room.stop()
        self.rooms.pop(room.state.id, None)
        # A room that was deleted may have left its code to another.
        if self._codes.get(room.state.code) is room:
            del self._codes[room.state.code]
        await self.relay.leave(room.line)

    async def end_room(self, code: str) -> None:
        """Close a room for good, as a host does; return when all who are here have been told.

        For whoever is about to delete it. Other processes hear of it as of any
        change. Raises `StoreUnavailable` and `TooManyRooms`.
        """
        room = await self.room(code)
        if room is None:
            return
        answered: asyncio.Future[Answer] = self._loop.create_future()
        self.committer.submit(Submission(room.state.id, Close()), answered.set_result)
        if (await answered).code == "unavailable":
            raise StoreUnavailable("the room could not be closed")
        await asyncio.sleep(CLOSING_SECONDS + TOLD_SECONDS)

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

        Once the server is ending nothing new is taken, so that the end is not
        put off by whoever is quickest: their clients send it again (D3).
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
        if isinstance(operation, EndHold) and operation.marker in room.state.markers:
            lat, lng = room.mirror.position(operation.marker)
            operation = EndHold(operation.marker, lat, lng)
        submission = Submission(room.state.id, operation, actor, client, op)
        self.committer.submit(submission, answer, connection.turned_away)

    async def pair(self, room: LiveRoom, pair: Pair) -> Answer:
        """Exchange a one-time code for a host key; the room knows the key when this returns."""
        answered: asyncio.Future[Answer] = self._loop.create_future()
        self.committer.submit(Submission(room.state.id, pair), answered.set_result)
        return await answered

    def key_used(self, room: LiveRoom, key: int) -> None:
        """Note that somebody has come in with this host key."""
        self._spawn(self._note_use(room.state.id, key))

    async def _note_use(self, room: UUID, key: int) -> None:
        await self._read(self._store.note_use, room, key)

    def _on_commit(self, committed: Committed) -> None:
        for room_id in committed.gone:
            if room_id in self.rooms:
                self.rooms[room_id].gone()
        for room_id, revision in committed.revisions.items():
            room = self.rooms.get(room_id)
            if room is None:
                continue
            with isolated("bring forward", room.state.code):
                room.committed(committed.changes[room_id], revision)
            # Where that failed, what is missing is read.
            room.heard_of(revision)

    # --- catching up with the store -------------------------------------------

    def _fetch(self, room: LiveRoom) -> None:
        if room.state.id not in self._fetching:
            self._fetching.add(room.state.id)
            self._spawn(self._catch_up(room))

    async def _catch_up(self, room: LiveRoom) -> None:
        """Read from the store what this process has missed (O2)."""
        try:
            while room.mirror.newest > room.state.revision and room.state.id in self.rooms:
                try:
                    if room.mirror.newest - room.state.revision > FETCH_LIMIT:
                        stored = await self._read(self._store.open, room.state.code)
                        if stored is None:
                            room.gone()
                            return
                        room.reload(stored)
                        # Moves whose grabs were not known here were not taken.
                        room.line.ask()
                    else:
                        changes = await self._read(
                            self._store.changes_since,
                            room.state.id,
                            room.state.revision,
                            FETCH_LIMIT,
                        )
                        if not changes:
                            # Told of a revision that is not there: the store is right.
                            room.mirror.newest = room.state.revision
                        room.receive(changes)
                except StoreUnavailable:
                    await asyncio.sleep(SWEEP_SECONDS)
        finally:
            self._fetching.discard(room.state.id)

    # --- once a second --------------------------------------------------------

    async def _sweep_forever(self) -> None:
        wall, cpu = self._loop.time(), time.thread_time()
        while True:
            asleep = self._loop.time()
            await asyncio.sleep(SWEEP_SECONDS)
            wall, wall_before = self._loop.time(), wall
            cpu, cpu_before = time.thread_time(), cpu
            # Where other programs take the core, being late says it. The sweep
            # itself may wait for a slow database, which is no such sign.
            late = wall - asleep > SWEEP_SECONDS + LATE_SECONDS
            busy = 1.0 if late else (cpu - cpu_before) / (wall - wall_before)
            try:
                await self._sweep(busy)
            except StoreUnavailable as error:
                logger.warning("The database is unavailable: %s", error)
            except Exception:
                logger.exception("Could not finish the sweep")

    async def _follow_clock_forever(self) -> None:
        """When somebody sets the clock, bring the rooms along."""
        while True:
            try:
                expires = await self._read(self._store.follow_clock, list(self.rooms))
                for room_id, at in expires.items():
                    if room_id in self.rooms:
                        self.rooms[room_id].mirror.expires = at
            except StoreUnavailable:
                logger.debug("Nobody tells the time")
            except Exception:
                logger.exception("Could not follow the clock")
            await asyncio.sleep(CLOCK_SECONDS)

    async def _sweep(self, busy: float) -> None:
        """End holds, renew leases, forget the silent, drop empty rooms, poll without a relay."""
        now = self._loop.time()
        for room in list(self.rooms.values()):
            with isolated("look after", room.state.code):
                room.sweep(self._clock(), busy)
                self._judge_holds(room, now)
                if room.is_gone or room.idle_for(now) > UNLOAD_SECONDS:
                    await self._unload(room)
        waited = now - self._asked
        if self.rooms and (not self.relay.hears_all or waited >= EXISTENCE_SECONDS):
            self._ask_store(now)

    def _ask_store(self, now: float) -> None:
        """Ask where the rooms stand, unless a database that hangs still owes the last answer."""
        if self._asking is None or self._asking.done():
            self._asked = now
            self._asking = self._spawn(self._compare_with_store())

    async def _compare_with_store(self) -> None:
        """Hear of what was committed elsewhere, and end the rooms that the store has no more."""
        asked = list(self.rooms)
        revisions = await self._read(self._store.revisions, asked)
        for room_id in asked:
            room = self.rooms.get(room_id)
            if room is None:
                continue
            if room_id in revisions:
                room.heard_of(revisions[room_id])
            else:
                room.gone()

    def _judge_holds(self, room: LiveRoom, now: float) -> None:
        verdict = room.mirror.holds.judge(now, here=room.present, frozen=room.may_not_move)
        for hold in verdict.over:
            self._release(room, hold, certain=True)
        for hold in verdict.silent:
            self._release(room, hold, certain=False)
        if room.mirror.holds.missing_holder and room.line.is_elsewhere:
            # Once a second until it is over, because answers may be lost.
            room.line.ask()
        if verdict.renew:
            self._spawn(self._renew(room.state.id, [hold.grab for hold in verdict.renew]))

    async def _renew(self, room: UUID, grabs: list[int]) -> None:
        """Prolong leases, without making the sweep wait for a database that hangs."""
        await self.committer.renew(room, grabs, HOLD_SECONDS)

    def _release(self, room: LiveRoom, hold: Hold, *, certain: bool) -> None:
        lat, lng = room.mirror.position(hold.marker)

        def answered(answer: Answer) -> None:
            if answer.code == "closed":
                room.end()
            elif answer.code:
                room.mirror.holds.refused(hold.marker, self._loop.time())

        self.committer.submit(
            Submission(room.state.id, Release(hold.marker, hold.grab, lat, lng, certain)), answered
        )
