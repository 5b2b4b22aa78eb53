"""The results of a room as the page shows them that is shared by a link."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from mapapp.domain.activity import PREPARE, REVEALED
from mapapp.domain.results.answers import Answer, Context
from mapapp.domain.results.context import context_of
from mapapp.rooms.results import ResultActivity, ResultMarker, results_of

# Everybody with a link opens it at the same time: they share what was read for the first.
KEPT_SECONDS = 10.0
_MOST_KEPT = 20

_encode = msgspec.json.encode


class WorkedOut(Protocol):
    @property
    def shared(self) -> dict[str, Any]: ...


class WorkOut(Protocol):
    """See `mapapp.summaries.calculator.Calculator.work_out`."""

    async def __call__(
        self, context: Context, answers: Sequence[Answer], *, personal: bool
    ) -> WorkedOut: ...


Run = Callable[..., Awaitable[Any]]
"""Runs work that blocks in a thread; see `storage.request_work.RequestWork.run`."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A room at one revision, of which each activity is as the audience may see it."""

    title: str
    created: datetime
    people: Sequence[tuple[int, str]]
    activities: Sequence[ResultActivity]
    markers: Mapping[int, Sequence[ResultMarker]]


class SharedResults:
    """Makes the JSON of shared results. `clock` is in seconds, of any origin."""

    def __init__(self, run: Run, work_out: WorkOut, *, clock: Callable[[], float]) -> None:
        self._run = run
        self._work_out = work_out
        self._clock = clock
        self._kept: dict[UUID, tuple[float, asyncio.Task[bytes | None]]] = {}

    async def of(self, room: UUID, now: datetime) -> bytes | None:
        """The results of a room as JSON; None if it has expired by `now` or gone.

        Raises `DatabaseError` and `NoResult`.
        """
        kept = self._kept.get(room)
        if kept is None or self._clock() - kept[0] > KEPT_SECONDS:
            task = asyncio.create_task(self._make(room, now))
            kept = self._kept[room] = self._clock(), task
            task.add_done_callback(lambda made: self._done(room, made))
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        # Shielded, because several wait for the same one.
        return await asyncio.shield(kept[1])

    def forget(self, room: UUID) -> None:
        """Keep nothing of this room."""
        self._kept.pop(room, None)

    def _done(self, room: UUID, made: asyncio.Task[bytes | None]) -> None:
        if made.cancelled() or made.exception() is not None:
            self.forget(room)  # the next one tries again

    async def _make(self, room: UUID, now: datetime) -> bytes | None:
        read: _Read | None = await self._run(_read, room, now)
        if read is None:
            return None
        activities = []
        for one in read.activities:
            markers = read.markers.get(one.position, ())
            activity = one.activity
            answers = [
                Answer(m.number, m.person, m.lat, m.lng, m.before) for m in markers if m.counts
            ]
            context = context_of(activity, revealed=activity.stage == REVEALED)
            reply = await self._work_out(context, answers, personal=False)
            result = {"activity": activity.number, "round": activity.round, **reply.shared}
            activities.append(
                {
                    "number": activity.number,
                    "kind": activity.kind.name,
                    "question": activity.question,
                    "surface": activity.surface.data(),
                    "settings": activity.kind.public(revealed=activity.stage == REVEALED),
                    "stage": activity.stage,
                    "round": activity.round,
                    "result": result,
                    "before": [(m.number, *m.before) for m in markers if m.before],
                    "markers": [
                        (m.number, m.lat, m.lng, m.person, m.colour, m.icon, m.label)
                        for m in markers
                    ],
                }
            )
        return _encode(
            {
                "title": read.title,
                "created": read.created.isoformat(timespec="seconds"),
                "people": read.people,
                "activities": activities,
            }
        )


def _read(room: UUID, now: datetime) -> _Read | None:
    with results_of(room, now) as found:
        if found is None:
            return None
        # What is hidden is nobody's business, and so is what was only prepared (X1).
        shown = [
            one
            for one in found.activities()
            if not one.activity.hides and one.activity.stage != PREPARE
        ]
        positions = {one.position for one in shown}
        markers: dict[int, list[ResultMarker]] = {}
        for marker in found.markers():
            if marker.activity in positions:
                markers.setdefault(marker.activity, []).append(marker)
        people = [(person.number, person.name) for person in found.people()]
        return _Read(found.title, found.created, people, shown, markers)
