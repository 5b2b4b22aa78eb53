"""The results of an open room: worked out aside, and told to those who may see the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapapp.domain.activity import REVEALED
from mapapp.domain.results.context import context_of
from mapapp.domain.results.summary import NoResult
from mapapp.live.answers import answers_of
from mapapp.live.fanout.connection import SCREEN, Connection
from mapapp.live.ports import WorkOut
from mapapp.live.replica import Replica
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame

logger = logging.getLogger(__name__)

# The least seconds between two results of a room; a large room that takes long has
# others pause for longer.
PAUSE = 1.0
_PAUSE_TIMES = 2.0
# A phone shows a sentence of it, for which nobody watches every second.
PHONE_PAUSE = 3.0
# The most of a phone's bytes that results take.
_PHONE_SHARE = 0.1
# Frames that are sent before others have their turn.
_BATCH = 100

_Key = tuple[int, str, int]
"""Activity, stage and round: what is told of one belongs to no other."""


@dataclass(slots=True)
class _Result:
    """What was worked out last. `own` is each person's JSON, while revealed."""

    key: _Key
    shared: dict[str, Any]
    own: Mapping[int, bytes]
    frame: Frame
    number: int


@dataclass(slots=True)
class _Told:
    """The number of the result that a connection has, the key of its own one, and since when."""

    number: int = 0
    key: _Key | None = None
    own: bytes = b""
    at: float = float("-inf")


@dataclass(slots=True)
class _Asked:
    """For which moment a result was worked out."""

    key: _Key = (0, "", 0)
    revision: int = -1
    tick: int = -1
    at: float = field(default=float("-inf"))


class RoomResults:
    """Keeps the result of the current activity, and tells it.

    It is worked out at most once a second, only when something has changed, and only
    while somebody here may see the answers: `withholds` says which connections may not
    (X1). Without `work_out` there are no results. `phone_budget` is in bytes a second.
    """

    def __init__(
        self,
        replica: Replica,
        *,
        connections: Callable[[], Collection[Connection]],
        withholds: Callable[[Connection], bool],
        work_out: WorkOut | None,
        phone_budget: int | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._replica = replica
        self._connections = connections
        self._withholds = withholds
        self._work_out = work_out
        self._phone_budget = phone_budget
        self._last: _Result | None = None
        self._told: dict[Connection, _Told] = {}
        self._asked = _Asked()
        self._pause = PAUSE
        self._planned: asyncio.TimerHandle | None = None
        self._planned_for = float("inf")
        self._working: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._failing = False
        # Whether somebody who may know the last result has not been told: a phone that
        # could not take it, or must wait.
        self._some_lack_it = False

    # --- when ---------------------------------------------------------------------

    def follow(self) -> None:
        """Work the result out anew, if anything has changed, as soon as it may be."""
        if self._work_out is None or self._working is not None or not self._is_news():
            return
        due = self._loop.time()
        if self._asked.key == self._key():
            due = max(due, self._asked.at + self._pause)
        if due < self._planned_for:
            self._cancel_plan()
            self._planned_for = due
            self._planned = self._loop.call_at(due, self._begin)

    def sweep(self) -> None:
        """Called once a second: follow moves, and tell those who could not be told."""
        self.follow()
        if self._some_lack_it:
            self._tell()

    def came(self, connection: Connection) -> None:
        """Tell somebody new, or who can take data again, what the others have been told."""
        told = self._told.setdefault(connection, _Told())
        result = self._last
        if result is not None and result.key == self._key() and not self._withholds(connection):
            self._some_lack_it |= not self._tell_one(connection, told, result)
        self.follow()

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._told.pop(connection, None)

    def stop(self) -> None:
        """End all work."""
        self._cancel_plan()
        for task in (self._working, self._telling):
            if task is not None:
                task.cancel()

    def _key(self) -> _Key:
        activity = self._replica.state.activity
        return activity.number, activity.stage, activity.round

    def _is_news(self) -> bool:
        asked, replica = self._asked, self._replica
        return asked.revision != replica.state.revision or asked.tick != replica.tick

    def _cancel_plan(self) -> None:
        if self._planned is not None:
            self._planned.cancel()
        self._planned, self._planned_for = None, float("inf")

    # --- working it out -----------------------------------------------------------------

    def _begin(self) -> None:
        self._cancel_plan()
        if self._working is None and self._is_news() and self._somebody_may_see():
            replica = self._replica
            self._asked = _Asked(
                self._key(), replica.state.revision, replica.tick, self._loop.time()
            )
            self._working = self._loop.create_task(self._work())

    def _somebody_may_see(self) -> bool:
        # Not a word is worked out for an audience that may not know it yet.
        return not all(map(self._withholds, self._one_of_each_role()))

    def _one_of_each_role(self) -> Collection[Connection]:
        return {connection.role: connection for connection in self._connections()}.values()

    async def _work(self) -> None:
        asked, state = self._asked, self._replica.state
        try:
            assert self._work_out is not None, "nothing begins without it"
            personal = asked.key[1] == REVEALED
            context = context_of(state.activity, revealed=personal)
            reply = await self._work_out(context, answers_of(self._replica), personal=personal)
            # Not by the clock: where the server itself has the processor busy, a result
            # takes long and costs as little as ever.
            self._pause = max(PAUSE, reply.seconds * _PAUSE_TIMES)
            if self._key() == asked.key:
                self._take(asked, reply.shared, reply.own)
            self._failing = False
        except NoResult as error:
            # Only the first failure in a row is logged.
            if not self._failing:
                logger.warning("Room %s has no result: %s", state.code, error)
            self._failing = True
            self._pause = max(PAUSE, (self._loop.time() - asked.at) * _PAUSE_TIMES)
            asked.revision = -1  # try again after a pause
        finally:
            self._working = None
        self.follow()

    def _take(self, asked: _Asked, shared: dict[str, Any], own: Mapping[int, bytes]) -> None:
        last = self._last
        if last is None or (last.key, last.shared, last.own) != (asked.key, shared, own):
            frame = Frame(outgoing.result(asked.revision, asked.key[0], asked.key[2], shared))
            number = last.number + 1 if last is not None else 1
            self._last = _Result(asked.key, shared, own, frame, number)
        self._tell()

    # --- telling ------------------------------------------------------------------------

    def _tell(self) -> None:
        """Tell everybody who may know and has not been told."""
        if self._last is not None and self._telling is None:
            self._telling = self._loop.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        """Screens first; each phone gets its own result before everybody's."""
        try:
            there = sorted(self._connections(), key=lambda one: one.role != SCREEN)
            first, lack = self._last, False
            for start in range(0, len(there), _BATCH):
                result = self._last
                if result is None or result.key != self._key():
                    return  # it went on in between, and another result follows
                # All of a role see the same, within this step of the loop.
                sees = {one.role: not self._withholds(one) for one in self._one_of_each_role()}
                for connection in there[start : start + _BATCH]:
                    told = self._told.get(connection)
                    if told is not None and sees.get(connection.role, False):
                        lack |= not self._tell_one(connection, told, result)
                await asyncio.sleep(0)
            # Another may have come in between, which those before it in this order lack.
            self._some_lack_it = lack or self._last is not first
        finally:
            self._telling = None

    def _tell_one(self, connection: Connection, told: _Told, result: _Result) -> bool:
        """Tell a connection that may know what it lacks; return whether it has all now."""
        own = result.own.get(connection.person, b"") if connection.person else b""
        has_own = not own or (told.key == result.key and told.own == own)
        if told.number == result.number and has_own:
            return True
        if not connection.link.ready:
            return False
        is_new = told.key != result.key
        if not has_own:
            frame = outgoing.your_result(result.key[0], result.key[2], own)
            connection.link.send(Frame(frame))
            told.own = own
        told.key = result.key
        if told.number != result.number:
            if not (is_new or self._may_have_another(connection, told, result)):
                return False
            connection.link.send(result.frame)
            told.number, told.at = result.number, self._loop.time()
        return True

    def _may_have_another(self, connection: Connection, told: _Told, result: _Result) -> bool:
        """Whether it is time to tell a connection a newer result of the same stage."""
        if connection.host or connection.role == SCREEN:
            return True
        pause = PHONE_PAUSE
        if self._phone_budget:
            pause = max(pause, len(result.frame.wire) / (self._phone_budget * _PHONE_SHARE))
        return self._loop.time() >= told.at + pause
