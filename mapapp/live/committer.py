"""Group commit: what arrived while one transaction was committing goes into the next (D4)."""

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
# While the database is away changes are kept, up to this many and this long.
# Then they are refused as `unavailable`, and their clients keep them instead.
QUEUE_LIMIT = 5_000
KEEP_SECONDS = 8.0
# How often the age of what waits is looked at.
LOOK_SECONDS = 0.5
# The database is found again this soon after its return.
_RETRY_SECONDS = (0.1, 0.5)
# A commit that failed says for so long that the next may fail, too.
_FAILURE_COUNTS_SECONDS = 10.0

_UNAVAILABLE = Answer(code="unavailable", message=REFUSALS["unavailable"])


@dataclass(slots=True, eq=False)
class _Waiting:
    submission: Submission
    answer: Callable[[Answer], None]
    since: float
    turned_away: TurnedAway | None
    # One in a transaction that takes too long may be refused before that ends.
    answered: bool = False


class Committer:
    """The process's one writer.

    `on_commit` is called with what was stored before any of the answers of
    that commit goes out, and `after_answers` once all of them have gone out,
    on the loop that runs `run`.

    Every change is answered within KEEP_SECONDS and LOOK_SECONDS, whatever
    the database does: it is committed, refused by the rules, or refused as
    `unavailable`. What became of the latter is known when it comes again.
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
        # How many of the next submissions go into a transaction of their own.
        self._one_by_one = 0
        # One thread, so one database connection and no order but ours.
        self._worker = Workers(1, "committer", forget=store.disconnect)
        self._loop = asyncio.get_running_loop()
        self._look: asyncio.TimerHandle | None = None
        # Since when and until when commits have failed, with none that did not since.
        self._away_since: float | None = None
        self._failed_at = 0.0

    def submit(
        self,
        submission: Submission,
        answer: Callable[[Answer], None],
        turned_away: TurnedAway | None = None,
    ) -> None:
        """Queue a submission; `answer` is called once it is committed or refused.

        `turned_away` is its connection's: what was refused as unavailable is
        noted there, and what would overtake it is refused as well.
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
        """Prolong leases to so many seconds from now, in turn with the commits."""
        await self._worker.call(self._store.renew, room, grabs, seconds)

    async def drained(self) -> None:
        """Wait until everything submitted has been answered."""
        await self._idle.wait()

    def keeps_up(self, seconds: float) -> bool:
        """Whether nothing has waited for so many seconds, and commits have not failed lately."""
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
        """Put what was taken and not answered back at the front; return how much it is."""
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
            # A fault of ours in one submission must not cost the others
            # theirs: each goes alone, and only the faulty one is refused.
            if len(batch) > 1:
                self._one_by_one = self._put_back()
                return
            logger.exception("Could not commit %r", batch[0].submission)
            # Not noted as turned away: a fault that stays must not hold up for
            # ever what this person does next.
            _answer(batch[0], _UNAVAILABLE)
            return
        self._is_back()
        self._take_in(committed)
        for waiting, answer in zip(batch, committed.answers, strict=True):
            _answer(waiting, answer)
        self._in_hand = ()
        self._after_answers(committed)

    def _take_in_late(self, committed: Committed) -> None:
        """Take what was committed after it had been given up.

        Its submissions are in the queue again or with their clients, and find
        their first answers.
        """
        self._take_in(committed)
        self._after_answers(committed)

    def _take_in(self, committed: Committed) -> None:
        """Tell the rooms."""
        try:
            self._on_commit(committed)
        except Exception:
            # What follows is stored all the same, and the next batch waits.
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
        """Of what waits, in a transaction or for one, what came first."""
        for waiting in self._in_hand:
            if not waiting.answered:
                return waiting
        return self._queue[0] if self._queue else None

    def _look_for_old(self) -> None:
        """Refuse what has waited too long, and look again later if anything waits."""
        self._look = None
        oldest, long_ago = self._oldest, self._loop.time() - KEEP_SECONDS
        if oldest is not None and oldest.since <= long_ago:
            self._refuse_what_came_before(long_ago)
        if self._oldest is not None:
            self._look = self._loop.call_later(LOOK_SECONDS, self._look_for_old)

    def _refuse_what_came_before(self, long_ago: float) -> None:
        """Refuse what is older, and what is not but would overtake it."""
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
    """Whether it overtakes none of its client's that were turned away."""
    client, turned_away = waiting.submission.client, waiting.turned_away
    return (
        client is None or turned_away is None or turned_away.admits(client, waiting.submission.op)
    )


def _turn_away(waiting: _Waiting) -> None:
    """Refuse it for now: it is to come again."""
    client, op = waiting.submission.client, waiting.submission.op
    if client is not None and waiting.turned_away:
        waiting.turned_away.note(client, op)
    _answer(waiting, _UNAVAILABLE)


def _answer(waiting: _Waiting, answer: Answer) -> None:
    """Give an answer, once. If its taker fails, the others get theirs."""
    if waiting.answered:
        return
    waiting.answered = True
    try:
        waiting.answer(answer)
    except Exception:
        logger.exception("Could not give the answer to %r", waiting.submission)
