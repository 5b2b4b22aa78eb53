"""A feed of committed changes, each told once: for results, webhooks, export, replay."""

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

    A room's changes come in revision order, except those of a commit that had been
    given up and turned out later to be stored. A process that is killed between a
    commit and its answers tells nobody of it: a subscriber that needs every change
    compares revisions, and reads missing changes from the store.

    >>> feed = Feed()
    >>> feed.subscribe(lambda room, change: print(change.kind))
    """

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` of each change from now on. Its errors are logged and affect nobody."""
        self._subscribers.append(subscriber)

    def tell(self, committed: Committed) -> None:
        """Tell the changes of one commit."""
        for subscriber in self._subscribers:
            for room, changes in committed.changes.items():
                for change in changes:
                    try:
                        subscriber(room, change)
                    except Exception:
                        logger.exception("A subscriber could not take change %s", change.revision)
