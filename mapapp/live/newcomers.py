"""Ids for newcomers whose friendly names are nobody else's in the room.

The store has the last word: it never lets two people come with one name. But then the
name of the second changes at their first change, so names are chosen here such that
this hardly ever happens (docs/decisions/0037).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import blake2b
from uuid import UUID, uuid4

from mapapp.domain.names import friendly_name
from mapapp.live.replica import Replica

# Enough, for one process, until nine names in ten are taken.
_TRIES = 64


class Newcomers:
    """Gives friendly names to the newcomers of one room.

    `gives(name)` tells whether this process gives that name at all; another does, if not.
    """

    def __init__(self, replica: Replica, gives: Callable[[str], bool]) -> None:
        self._replica = replica
        self._gives = gives
        # Names of people who came in here; at most as many as there are names.
        self._given: set[str] = set()

    def participant(self) -> UUID:
        """A new participant's id.

        Its name is one with which nobody is known to have come, and which this process
        alone gives. In a room with nearly as many people as there are names it is any.
        """
        for _ in range(_TRIES):
            participant = uuid4()
            name = friendly_name(participant)
            taken = name in self._given or name in self._replica.state.names
            if not taken and self._gives(name):
                break
        self.came(participant)
        return participant

    def came(self, participant: UUID) -> None:
        """Note that somebody is here with this id's friendly name."""
        self._given.add(friendly_name(participant))


class Shares:
    """Divides names among all processes, so that each name is given by one alone.

    Rendezvous hashing: all processes that know of each other come to the same result,
    and one that starts or stops changes nothing between the others.
    """

    def __init__(self, process: str, others: Callable[[], Collection[str]]) -> None:
        self._process = process
        self._others = others

    def gives(self, name: str) -> bool:
        """Whether this process gives this name."""
        mine = _weight(self._process, name)
        return all(mine > _weight(other, name) for other in self._others())


def _weight(process: str, name: str) -> bytes:
    return blake2b(f"{process} {name}".encode(), digest_size=8).digest()
