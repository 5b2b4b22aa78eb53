"""What was committed, told once to whoever follows it: results, webhooks, export, replay."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.domain.storing import Committed

logger = logging.getLogger(__name__)

Subscriber = Callable[[UUID, Change], None]
"""Takes a room and a change of it, on the hub's loop. It must not wait for anything (G1)."""


class Feed:
    """Tells each committed change once, in the process that committed it, after its answer.

    A room's changes come in revision order, but for those of a commit that had
    been given up and turned out to be stored later. A process that is killed
    between a commit and its answers tells nobody of it: whoever needs every
    change compares revisions, and reads what is missing from the store.

    >>> feed = Feed()
    >>> feed.subscribe(lambda room, change: print(change.kind))
    """

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` of each change from now on. Its faults are logged and cost nobody."""
        self._subscribers.append(subscriber)

    def tell(self, committed: Committed) -> None:
        """Tell what one commit has stored."""
        for subscriber in self._subscribers:
            for room, changes in committed.changes.items():
                for change in changes:
                    try:
                        subscriber(room, change)
                    except Exception:
                        logger.exception("A subscriber could not take change %s", change.revision)
