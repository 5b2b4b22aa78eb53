"""Keeps an error in one room from affecting others."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def isolated(doing: str, room: object) -> Iterator[None]:
    """Log an exception instead of letting it reach the other rooms, or the loop over all of them.

    `doing` completes the sentence "Could not ... room 123456".
    """
    try:
        yield
    except Exception:
        logger.exception("Could not %s room %s", doing, room)
