"""Ends answers when the timer of the current activity has run out (L2)."""

from __future__ import annotations

import asyncio

from mapapp.domain.activity import ANSWER, Activity
from mapapp.domain.changes.flow import Bell as EndAnswers
from mapapp.domain.storing import Answer, Submission
from mapapp.live.replica import Replica
from mapapp.live.services import Services

# Asked again if it could not be stored, or if the installation's clock is behind the loop's.
_AGAIN_SECONDS = 0.5


class Bell:
    """Rings once for each end. Every process with the room asks; the first one is heard."""

    def __init__(self, replica: Replica, services: Services) -> None:
        self._replica = replica
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.TimerHandle | None = None
        self._set_for: tuple[int, float] | None = None
        self.follow()

    def follow(self) -> None:
        """Note what the timer says after a change."""
        activity = self._replica.state.activity
        runs = activity.stage == ANSWER and activity.ends > 0 and not self._replica.state.closed
        wanted = (activity.number, activity.ends) if runs else None
        if wanted != self._set_for:
            self.stop()
            self._set_for = wanted
            if wanted:
                self._wait(activity)

    def stop(self) -> None:
        """Ring no more."""
        self._set_for = None
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _wait(self, activity: Activity, least: float = 0.0) -> None:
        left = activity.ends - self._services.clock()
        self._next = self._loop.call_later(max(left, least), self._ring)

    def _ring(self) -> None:
        self._next = None
        state, rung = self._replica.state, self._set_for

        def answered(answer: Answer) -> None:
            # The change ends the waiting. Without one, time was not up yet, or the
            # database is away.
            if answer.code and self._set_for == rung and self._next is None:
                self._wait(self._replica.state.activity, _AGAIN_SECONDS)

        end = EndAnswers(state.activity.number, self._replica.held())
        self._services.submit(Submission(state.id, end), answered)
