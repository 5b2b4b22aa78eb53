"""Ends and prolongs the holds of a room (H2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mapapp.domain.activity import OPEN
from mapapp.domain.changes.markers import Release
from mapapp.domain.room import CLOSED
from mapapp.domain.storing import Answer, Submission
from mapapp.live.holds import Hold
from mapapp.live.members import Members
from mapapp.live.relay.line import RoomLine
from mapapp.live.replica import Replica
from mapapp.live.services import Services


class HoldKeeper:
    """Judges the holds once a second. `over()` is called if the store says the room is over."""

    def __init__(
        self,
        replica: Replica,
        members: Members,
        line: RoomLine,
        services: Services,
        over: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._members = members
        self._line = line
        self._services = services
        self._over = over
        self._loop = asyncio.get_running_loop()

    def judge(self) -> None:
        """End holds that are over, ask about holders who have left, renew the other leases."""
        holds, room = self._replica.holds, self._replica.state.id
        verdict = holds.judge(
            self._loop.time(), here=self._members.has_person, frozen=self._may_not_move
        )
        for hold in verdict.over:
            self._release(hold, certain=True)
        for hold in verdict.silent:
            self._release(hold, certain=False)
        if holds.missing_holder and self._line.is_elsewhere:
            # Asked once a second until it is settled, because answers may be lost.
            self._line.ask()
        if verdict.renew:
            self._services.renew(room, [hold.grab for hold in verdict.renew])

    def _release(self, hold: Hold, *, certain: bool) -> None:
        lat, lng = self._replica.position(hold.marker)

        def answered(answer: Answer) -> None:
            if answer.code == "closed":
                self._over()
            elif answer.code:
                self._replica.holds.refused(hold.marker, self._loop.time())

        release = Release(hold.marker, hold.grab, lat, lng, certain)
        self._services.submit(Submission(self._replica.state.id, release), answered)

    def _may_not_move(self, person: int) -> bool:
        """Whether a hold of this person has lost its right: removed, or the map is locked."""
        state = self._replica.state
        known = state.people.get(person)
        if known is None or known.banned or state.phase == CLOSED:
            return True
        if state.phase == OPEN:
            return False
        # Only the process that they are connected to knows whether they steer.
        connections = list(self._members.of(known.id))
        return bool(connections) and not any(connection.host for connection in connections)
