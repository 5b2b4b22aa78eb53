"""Who is connected to a room at this process, and how many are in it anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.live.fanout.connection import SCREEN, Connection
from mapapp.live.presence import Presence
from mapapp.live.replica import Replica
from mapapp.protocol.codes import Close

# A client that takes no data for this long is disconnected, to come back afresh.
STUCK_SECONDS = 20.0


class Members:
    """The connections of one room. The people behind them are looked up in `replica`."""

    def __init__(self, replica: Replica) -> None:
        self.connections: set[Connection] = set()
        self.presence = Presence()
        self._replica = replica
        # In the order in which they came.
        self._by_participant: dict[UUID, dict[Connection, None]] = {}

    # --- come and go --------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        """Take a connection in, and count it."""
        self.connections.add(connection)
        if connection.participant is not None:
            self._by_participant.setdefault(connection.participant, {})[connection] = None
        self.presence.arrive(connection.participant, host=connection.host)

    def remove(self, connection: Connection) -> bool:
        """Forget a connection of this room; return whether it was the last of its participant."""
        self.connections.remove(connection)
        self.presence.leave(connection.participant, host=connection.host)
        if connection.participant is None:
            return False
        theirs = self._by_participant[connection.participant]
        del theirs[connection]
        if theirs:
            return False
        del self._by_participant[connection.participant]
        return True

    def identify(self, connection: Connection) -> None:
        """Copy the number and the name of the person behind a connection from the room."""
        if connection.participant is None:
            return
        person = self._replica.state.person(connection.participant)
        if person is not None:
            connection.person = person.number
            connection.name = person.name

    # --- who is here ----------------------------------------------------------------

    def of(self, participant: UUID) -> Iterable[Connection]:
        """This participant's connections, in the order in which they came."""
        return self._by_participant.get(participant, ())

    def of_person(self, number: int) -> Iterable[Connection]:
        """The connections of the person with this number."""
        known = self._replica.state.people.get(number)
        return () if known is None else self.of(known.id)

    def has_participant(self, participant: UUID) -> bool:
        """Whether this participant is connected to this process."""
        return participant in self._by_participant

    def has_person(self, number: int) -> bool:
        """Whether the person with this number is connected to this process."""
        known = self._replica.state.people.get(number)
        return known is not None and known.id in self._by_participant

    def screens_from(self, came_from: str) -> int:
        """The number of screens here that come from the address with this hash."""
        return sum(c.role == SCREEN and c.came_from == came_from for c in self.connections)

    @property
    def can_be_spared(self) -> bool:
        """Whether nobody here steers the room or has ever made a change."""
        return not any(c.host or c.person for c in self.connections)

    def stuck(self, now: float) -> list[Connection]:
        """Connections that have taken no data for too long. `now` is in the loop's seconds."""
        stuck: list[Connection] = []
        for connection in self.connections:
            if not connection.link.ready:
                # Noted here, because in a quiet room no tick would notice.
                connection.behind_since = connection.behind_since or now
            since = connection.behind_since
            if since and now - max(since, connection.link.taken_at) > STUCK_SECONDS:
                stuck.append(connection)
        return stuck

    def follow(self, change: Change) -> None:
        """Do what a change requires that is about people or keys."""
        match change.kind:
            case "person":
                for connection in self.of(UUID(change.data["id"])):
                    self.identify(connection)
            case "ban":
                self._send_away(self._replica.state.people[change.data["person"]].id)
            case "revoke":
                self._key_revoked(change)

    # --- send away ------------------------------------------------------------------

    def make_room_for_another(self, participant: UUID, most: int) -> None:
        """Send this person's oldest connections away, so that one more makes at most `most`.

        The oldest, because a phone that changes networks leaves some behind.
        """
        theirs = [c for c in self.of(participant) if not c.closed]
        for connection in theirs[: max(0, len(theirs) + 1 - most)]:
            connection.say_goodbye(Close.TOO_MANY_TABS)

    def _send_away(self, participant: UUID) -> None:
        """Send away somebody who was removed from the room."""
        for connection in list(self.of(participant)):
            connection.say_goodbye(Close.REMOVED)

    def _key_revoked(self, change: Change) -> None:
        """Send away all who use a revoked host key; the person who rotated it has the new one."""
        for connection in list(self.connections):
            if connection.key != change.data["key"]:
                continue
            if "successor" in change.data and connection.person == change.by:
                connection.key = change.data["successor"]
            else:
                connection.say_goodbye(Close.KEY_REVOKED)

    def send_away_who_may_not_stay(self) -> None:
        """Send away everybody removed or with a revoked key: the changes may have been missed."""
        for person in self._replica.state.people.values():
            if person.banned:
                self._send_away(person.id)
        keys = self._replica.state.keys
        for connection in list(self.connections):
            if connection.key and keys[connection.key].revoked:
                connection.say_goodbye(Close.KEY_REVOKED)

    def close_all(self, close: Close) -> None:
        """Send everybody here away."""
        for connection in list(self.connections):
            connection.say_goodbye(close)
