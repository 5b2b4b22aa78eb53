"""Group commit: changes that arrive during one transaction go into the next (D4)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from mapapp.domain.refusals import REFUSALS, StoreUnavailable
from mapapp.domain.storing import Answer, Committed, Submission
from mapapp.live.ports import Store
from mapapp.live.turned_away import TurnedAway
from mapapp.live.workers import Workers

logger = logging.getLogger(__name__)

# One transaction's worth: large enough for a whole room dropping at once,
# small enough that nobody waits long behind it.
BATCH_LIMIT = 500
# While the database is away, changes are kept up to this number and this long.
# Then they are refused as `unavailable`, and their clients keep them instead.
QUEUE_LIMIT = 5_000
KEEP_SECONDS = 8.0
# Seconds between two checks for changes that have waited too long.
LOOK_SECONDS = 0.5
# Pauses before a commit is tried again: the first, and the longest.
_RETRY_SECONDS = (0.1, 0.5)
# For this long after a failed commit, the next is expected to fail, too.
_FAILURE_COUNTS_SECONDS = 10.0

_UNAVAILABLE = Answer(code="unavailable", message=REFUSALS["unavailable"])


@dataclass(slots=True, eq=False)
class _Waiting:
    submission: Submission
    answer: Callable[[Answer], None]
    since: float
    turned_away: TurnedAway | None
    # May be set during its transaction, if that takes too long.
    answered: bool = False


class Committer:
    """The process's one writer.

    `on_commit` is called with the outcome of a commit before any of its answers go
    out, and `after_answers` once all of them have gone out, on the loop that runs
    `run`.

    Every change is answered within KEEP_SECONDS plus LOOK_SECONDS, whatever the
    database does: it is committed, refused by the rules, or refused as
    `unavailable`. The real outcome of the latter shows when it is sent again.
    """

    def __init__(
        self,
        store: Store,
        on_commit: Callable[[Committed], None],
        after_answers: Callable[[Committed], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._on_commit = on_commit
        self._after_answers = after_answers
        self._queue: deque[_Waiting] = deque()
        self._in_hand: Sequence[_Waiting] = ()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        # The number of next submissions that each get a transaction of their own.
        self._one_by_one = 0
        # One thread, so one database connection and no order but ours.
        self._worker = Workers(1, "committer", forget=store.disconnect)
        self._loop = asyncio.get_running_loop()
        self._look: asyncio.TimerHandle | None = None
        # When commits began to fail, None while they succeed; and the latest failure.
        self._away_since: float | None = None
        self._failed_at = 0.0

    def submit(
        self,
        submission: Submission,
        answer: Callable[[Answer], None],
        turned_away: TurnedAway | None = None,
    ) -> None:
        """Queue a submission; `answer` is called once it is committed or refused.

        `turned_away` is its connection's: changes refused as unavailable are noted
        there, and later ones that would overtake them are refused as well.
        """
        now = self._loop.time()
        waiting = _Waiting(submission, answer, now, turned_away)
        if len(self._queue) >= QUEUE_LIMIT or not _admitted(waiting):
            _turn_away(waiting)
            return
        self._queue.append(waiting)
        self._idle.clear()
        self._wake.set()
        if self._look is None:
            self._look = self._loop.call_later(LOOK_SECONDS, self._look_for_old)

    async def renew(self, room: UUID, grabs: Sequence[int], seconds: float) -> None:
        """Prolong leases to `seconds` from now, in turn with the commits."""
        await self._worker.call(self._store.renew, room, grabs, seconds)

    async def drained(self) -> None:
        """Wait until everything submitted has been answered."""
        await self._idle.wait()

    def keeps_up(self, seconds: float) -> bool:
        """Whether no change has waited for `seconds`, nor commits failed for that long."""
        now = self._loop.time()
        if self._away_since is not None and now - self._failed_at < _FAILURE_COUNTS_SECONDS:
            return now - self._away_since < seconds
        oldest = self._oldest
        return oldest is None or now - oldest.since < seconds

    async def run(self) -> None:
        """Commit batch after batch until cancelled."""
        retry = _RETRY_SECONDS[0]
        try:
            while True:
                await self._wake.wait()
                if batch := self._take():
                    try:
                        await self._commit(batch)
                        retry = _RETRY_SECONDS[0]
                    except StoreUnavailable as error:
                        self._is_away(error)
                        self._put_back()
                        await asyncio.sleep(retry)
                        retry = min(retry * 2, _RETRY_SECONDS[1])
                if not self._queue:
                    self._wake.clear()
                    self._idle.set()
        finally:
            if self._look is not None:
                self._look.cancel()
            self._worker.close()

    def _take(self) -> Sequence[_Waiting]:
        size = min(BATCH_LIMIT, len(self._queue))
        if self._one_by_one:
            self._one_by_one -= 1
            size = min(1, size)
        self._in_hand = [self._queue.popleft() for _ in range(size)]
        return self._in_hand

    def _put_back(self) -> int:
        """Put unanswered submissions back at the front; return their number."""
        left = [waiting for waiting in self._in_hand if not waiting.answered]
        self._in_hand = ()
        self._queue.extendleft(reversed(left))
        return len(left)

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            committed = await self._worker.call(
                self._store.commit, [w.submission for w in batch], late=self._take_in_late
            )
        except StoreUnavailable:
            raise
        except Exception:
            # An error of ours in one submission must not affect the others: each
            # goes alone, and only the faulty one is refused.
            if len(batch) > 1:
                self._one_by_one = self._put_back()
                return
            logger.exception("Could not commit %r", batch[0].submission)
            # Not noted as turned away: a permanent error must not block this
            # person's later changes.
            _answer(batch[0], _UNAVAILABLE)
            return
        self._is_back()
        self._take_in(committed)
        for waiting, answer in zip(batch, committed.answers, strict=True):
            _answer(waiting, answer)
        self._in_hand = ()
        self._after_answers(committed)

    def _take_in_late(self, committed: Committed) -> None:
        """Take a commit that succeeded after it had been given up.

        Its submissions are in the queue again or with their clients, and will get
        their first answers.
        """
        self._take_in(committed)
        self._after_answers(committed)

    def _take_in(self, committed: Committed) -> None:
        """Tell the rooms."""
        try:
            self._on_commit(committed)
        except Exception:
            # The changes are stored all the same, and the next batch waits.
            logger.exception("Could not take what was committed")

    # --- when the database is away ------------------------------------------------

    def _is_away(self, error: StoreUnavailable) -> None:
        self._failed_at = self._loop.time()
        if self._away_since is None:
            self._away_since = self._failed_at
            logger.warning("The database is unavailable: %s", error)

    def _is_back(self) -> None:
        if self._away_since is not None:
            away = self._loop.time() - self._away_since
            logger.warning("The database is back after %.1f s", away)
            self._away_since = None

    @property
    def _oldest(self) -> _Waiting | None:
        """The oldest unanswered submission, in a transaction or waiting for one."""
        for waiting in self._in_hand:
            if not waiting.answered:
                return waiting
        return self._queue[0] if self._queue else None

    def _look_for_old(self) -> None:
        """Refuse submissions that have waited too long; check again later if any wait."""
        self._look = None
        oldest, long_ago = self._oldest, self._loop.time() - KEEP_SECONDS
        if oldest is not None and oldest.since <= long_ago:
            self._refuse_what_came_before(long_ago)
        if self._oldest is not None:
            self._look = self._loop.call_later(LOOK_SECONDS, self._look_for_old)

    def _refuse_what_came_before(self, long_ago: float) -> None:
        """Refuse older submissions, and newer ones that would overtake them."""
        kept: deque[_Waiting] = deque()
        for waiting in self._in_hand:
            if not waiting.answered and (waiting.since <= long_ago or not _admitted(waiting)):
                _turn_away(waiting)
        for waiting in self._queue:
            if waiting.since <= long_ago or not _admitted(waiting):
                _turn_away(waiting)
            else:
                kept.append(waiting)
        self._queue = kept


def _admitted(waiting: _Waiting) -> bool:
    """Whether it overtakes none of its client's changes that were turned away."""
    client, turned_away = waiting.submission.client, waiting.turned_away
    return (
        client is None or turned_away is None or turned_away.admits(client, waiting.submission.op)
    )


def _turn_away(waiting: _Waiting) -> None:
    """Refuse it for now; the client will send it again."""
    client, op = waiting.submission.client, waiting.submission.op
    if client is not None and waiting.turned_away:
        waiting.turned_away.note(client, op)
    _answer(waiting, _UNAVAILABLE)


def _answer(waiting: _Waiting, answer: Answer) -> None:
    """Give an answer, once. An error in one callback does not affect other answers."""
    if waiting.answered:
        return
    waiting.answered = True
    try:
        waiting.answer(answer)
    except Exception:
        logger.exception("Could not give the answer to %r", waiting.submission)
