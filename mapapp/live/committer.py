"""Group commit: what arrived while one transaction was committing goes into the next (D4)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from mapapp.domain.operations import Answer, Submission
from mapapp.domain.records import Committed
from mapapp.domain.refusals import REFUSALS, StoreUnavailable
from mapapp.live.ports import Store

logger = logging.getLogger(__name__)

# One transaction's worth: large enough for a whole room dropping at once,
# small enough that nobody waits long behind it.
BATCH_LIMIT = 500
# While the database is away changes are kept, up to this many and this long.
# Then they are refused as `unavailable`, and their clients keep them instead.
QUEUE_LIMIT = 5_000
KEEP_SECONDS = 30.0
_RETRY_SECONDS = (0.1, 2.0)

_UNAVAILABLE = Answer(code="unavailable", message=REFUSALS["unavailable"])


@dataclass(slots=True, frozen=True)
class _Waiting:
    submission: Submission
    answer: Callable[[Answer], None]
    since: float


class Committer:
    """The process's one writer.

    `on_commit` is called with what was stored before any of the answers of
    that commit goes out, on the loop that runs `run`.
    """

    def __init__(self, store: Store, on_commit: Callable[[Committed], None]) -> None:
        self._store = store
        self._on_commit = on_commit
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        # How many of the next submissions go into a transaction of their own.
        self._one_by_one = 0
        # One thread, so one database connection and no order but ours.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="committer")
        self._loop = asyncio.get_running_loop()

    def submit(self, submission: Submission, answer: Callable[[Answer], None]) -> None:
        """Queue a submission; `answer` is called once it is committed or refused."""
        if len(self._queue) >= QUEUE_LIMIT:
            answer(_UNAVAILABLE)
            return
        self._queue.append(_Waiting(submission, answer, self._loop.time()))
        self._idle.clear()
        self._wake.set()

    def renew(self, room: UUID, grabs: Sequence[int], seconds: float) -> asyncio.Future[None]:
        """Prolong leases to so many seconds from now, in turn with the commits."""
        return self._loop.run_in_executor(self._executor, self._store.renew, room, grabs, seconds)

    async def drained(self) -> None:
        """Wait until everything submitted has been answered."""
        await self._idle.wait()

    async def run(self) -> None:
        """Commit batch after batch until cancelled."""
        retry = _RETRY_SECONDS[0]
        try:
            while True:
                await self._wake.wait()
                batch = self._take()
                try:
                    await self._commit(batch)
                    retry = _RETRY_SECONDS[0]
                except StoreUnavailable as error:
                    logger.warning("The database is unavailable: %s", error)
                    self._keep(batch)
                    await asyncio.sleep(retry)
                    retry = min(retry * 2, _RETRY_SECONDS[1])
                if not self._queue:
                    self._wake.clear()
                    self._idle.set()
        finally:
            self._executor.shutdown(wait=False)

    def _take(self) -> list[_Waiting]:
        size = min(BATCH_LIMIT, len(self._queue))
        if self._one_by_one:
            self._one_by_one -= 1
            size = 1
        return [self._queue.popleft() for _ in range(size)]

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            committed = await self._loop.run_in_executor(
                self._executor, self._store.commit, [w.submission for w in batch]
            )
        except StoreUnavailable:
            raise
        except Exception:
            # A fault of ours in one submission must not cost the others
            # theirs: each goes alone, and only the faulty one is refused.
            if len(batch) > 1:
                self._queue.extendleft(reversed(batch))
                self._one_by_one = len(batch)
                return
            logger.exception("Could not commit %r", batch[0].submission)
            _answer(batch[0], _UNAVAILABLE)
            return
        try:
            self._on_commit(committed)
        except Exception:
            # What follows is stored all the same, and the next batch waits.
            logger.exception("Could not take what was committed")
        for waiting, answer in zip(batch, committed.answers, strict=True):
            _answer(waiting, answer)

    def _keep(self, batch: Sequence[_Waiting]) -> None:
        """Put a batch back at the front, and refuse what has waited too long."""
        self._queue.extendleft(reversed(batch))
        oldest = self._loop.time() - KEEP_SECONDS
        while self._queue and self._queue[0].since < oldest:
            _answer(self._queue.popleft(), _UNAVAILABLE)


def _answer(waiting: _Waiting, answer: Answer) -> None:
    """Give an answer. If its taker fails, the others get theirs."""
    try:
        waiting.answer(answer)
    except Exception:
        logger.exception("Could not give the answer to %r", waiting.submission)
