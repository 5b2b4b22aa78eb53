"""Changes that a client is to send again, so that none of its later ones overtakes them."""

from __future__ import annotations

from uuid import UUID

# Twice what a client may have unanswered. Whoever sends more without heeding
# that may find a change overtaken: their own, and nobody else's.
TURNED_AWAY_LIMIT = 64


class TurnedAway:
    """The changes of one connection that were not taken and have not come again.

    A person places a marker while the database is away, and places it anew
    later: if the first change is turned away and the second taken, the first
    one's repeat lands behind it, and the older place stands (D3). So whatever
    has a higher counter than one that was turned away is turned away as well.

    It lives as long as its connection, because a client sends all that is
    unanswered again on the next one, in order.
    """

    __slots__ = ("_ops",)

    def __init__(self) -> None:
        self._ops: dict[UUID, set[int]] = {}

    def note(self, client: UUID, op: int) -> None:
        """Note that this change was turned away, to come again."""
        if sum(map(len, self._ops.values())) < TURNED_AWAY_LIMIT:
            self._ops.setdefault(client, set()).add(op)

    def admits(self, client: UUID, op: int) -> bool:
        """Whether this change may be taken now; if it was turned away, it has come again."""
        ops = self._ops.get(client)
        if ops is None:
            return True
        if op > min(ops):
            return False
        ops.discard(op)
        if not ops:
            del self._ops[client]
        return True
