"""Changes that a client will send again, and that none of its later ones may overtake."""

from __future__ import annotations

from uuid import UUID

# Twice as many changes as a client may have unanswered. A client that ignores that
# limit may find a change overtaken: its own, and nobody else's.
TURNED_AWAY_LIMIT = 64


class TurnedAway:
    """The changes of one connection that were turned away and have not come again.

    Suppose a person places a marker while the database is away, and places it again
    later: if the first change is turned away and the second taken, the first one's
    repeat lands after it, and the older place stands (D3). So a change with a higher
    op than one that was turned away is turned away as well.

    It lives as long as its connection, because on the next one a client sends all
    unanswered changes again, in order.
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
