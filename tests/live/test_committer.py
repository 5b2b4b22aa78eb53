"""The process's one writer, with a store that goes away, hangs and comes back."""

from __future__ import annotations

import asyncio
import random
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from uuid import UUID

import pytest

from mapapp.domain.actor import Actor
from mapapp.domain.change import Change
from mapapp.domain.changes.markers import Add
from mapapp.domain.refusals import StoreUnavailable
from mapapp.domain.storing import Answer, Committed, StoredRoom, Submission
from mapapp.live import committer as committing
from mapapp.live import workers
from mapapp.live.committer import KEEP_SECONDS, LOOK_SECONDS, Committer
from mapapp.live.turned_away import TURNED_AWAY_LIMIT, TurnedAway
from testkit.services import wait_until
from tests.live.simulation import VirtualLoop

ROOM = uuid.uuid4()


class FakeStore:
    """Notes what is committed, in order; `away` it can be, and `hang` its calls."""

    def __init__(self) -> None:
        self.away = False
        self.faulty: set[int] = set()
        self.stored: list[tuple[UUID | None, int]] = []
        self.hang: threading.Event | None = None
        self.hanging = 0
        self.disconnected = 0

    def commit(self, submissions: Sequence[Submission]) -> Committed:
        if self.hang is not None:
            self.hanging += 1
            assert self.hang.wait(20)
        if self.away:
            raise StoreUnavailable("away")
        if self.faulty & {submission.op for submission in submissions}:
            raise RuntimeError("a fault of ours")
        for submission in submissions:
            if (submission.client, submission.op) not in self.stored:
                self.stored.append((submission.client, submission.op))
        answers = [Answer(revision=len(self.stored)) for _ in submissions]
        return Committed(answers, {ROOM: []}, {ROOM: len(self.stored)})

    def renew(self, room: UUID, grabs: Sequence[int], seconds: float) -> None:
        if self.hang is not None:
            assert self.hang.wait(20)

    def disconnect(self) -> None:
        self.disconnected += 1

    def open(self, code: str) -> StoredRoom | None:
        raise NotImplementedError

    def changes_since(self, room: UUID, revision: int, limit: int) -> list[Change]:
        raise NotImplementedError

    def revisions(self, rooms: Iterable[UUID]) -> dict[UUID, int]:
        raise NotImplementedError

    def note_use(self, room: UUID, key: int) -> None:
        raise NotImplementedError

    def follow_clock(self, rooms: Collection[UUID]) -> dict[UUID, float]:
        raise NotImplementedError


class Tab:
    """One connection of one client; it notes its answers and repeats nothing by itself."""

    def __init__(self, committer: Committer, client: UUID | None = None) -> None:
        self.committer = committer
        self.client = client or uuid.uuid4()
        self.actor = Actor(uuid.uuid4(), "Ada", False)
        self.turned_away = TurnedAway()
        self.answers: list[tuple[int, str]] = []

    def says(self, op: int) -> None:
        def answered(answer: Answer) -> None:
            self.answers.append((op, answer.code))

        submission = Submission(ROOM, Add(1, 2), self.actor, self.client, op)
        self.committer.submit(submission, answered, self.turned_away)


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    made = VirtualLoop()
    yield made
    made.finish()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def committer(loop: VirtualLoop, store: FakeStore) -> Iterator[Committer]:
    running: list[asyncio.Task[None]] = []  # a loop itself holds its tasks weakly

    async def make() -> Committer:
        made = Committer(store, lambda _committed: None)
        running.append(loop.create_task(made.run()))
        return made

    yield loop.run(make())
    assert not running[0].done()


def test_what_has_waited_long_is_refused_in_time_and_what_would_overtake_it_likewise(
    loop: VirtualLoop, committer: Committer, store: FakeStore
) -> None:
    """D3: the newer change of somebody is never stored before their older one."""
    ada, bob = Tab(committer), Tab(committer)
    store.away = True
    ada.says(1)
    loop.pass_time(KEEP_SECONDS - 1)
    ada.says(2)
    bob.says(7)
    loop.pass_time(1 + LOOK_SECONDS)
    assert ada.answers == [(1, "unavailable"), (2, "unavailable")]
    assert bob.answers == []
    store.away = False
    loop.pass_time(1)
    assert bob.answers == [(7, "")]
    # Later ones wait for the first's repeat, then for the second's.
    for op in (3, 2, 1, 3, 2, 3):
        ada.says(op)
    loop.pass_time(1)
    assert store.stored == [(bob.client, 7), *((ada.client, op) for op in (1, 2, 3))]
    turned = [op for op, code in ada.answers if code]
    assert turned == [1, 2, 3, 2, 3]


def test_what_a_full_queue_turned_away_is_not_overtaken(
    loop: VirtualLoop, committer: Committer, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D3."""
    monkeypatch.setattr(committing, "QUEUE_LIMIT", 2)
    ada, bob = Tab(committer), Tab(committer)
    store.away = True
    for op in (1, 2):
        bob.says(op)
    loop.pass_time(0.01)  # it is being tried, and the queue is empty
    for op in (3, 4):
        bob.says(op)
    ada.says(1)
    assert ada.answers == [(1, "unavailable")]
    store.away = False
    loop.pass_time(2)
    for op in (2, 1, 2):
        ada.says(op)
    loop.pass_time(1)
    assert [op for client, op in store.stored if client == ada.client] == [1, 2]
    assert ada.answers == [(1, "unavailable"), (2, "unavailable"), (1, ""), (2, "")]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_a_clients_changes_are_stored_in_its_order(
    loop: VirtualLoop, committer: Committer, store: FakeStore, seed: int
) -> None:
    """D3: also where each is repeated after a time of its own, as a simple bot does."""
    rng = random.Random(seed)
    tabs = [Tab(committer) for _ in range(3)]

    def repeats(tab: Tab, op: int) -> None:
        def answered(answer: Answer) -> None:
            if answer.code:
                loop.call_later(rng.uniform(0.1, 6.0), repeats, tab, op)

        submission = Submission(ROOM, Add(1, 2), tab.actor, tab.client, op)
        committer.submit(submission, answered, tab.turned_away)

    for op in range(1, 30):
        for tab in tabs:
            repeats(tab, op)
        store.away = rng.random() < 0.7
        loop.pass_time(rng.uniform(0.0, 4.0))
    store.away = False
    loop.pass_time(200)
    for tab in tabs:
        assert [op for client, op in store.stored if client == tab.client] == list(range(1, 30))


def test_a_new_connection_begins_anew(
    loop: VirtualLoop, committer: Committer, store: FakeStore
) -> None:
    """A client that gave one up, or whose repeat went to another process, is not held up."""
    ada = Tab(committer)
    store.away = True
    ada.says(1)
    loop.pass_time(KEEP_SECONDS + 1)
    store.away = False
    again = Tab(committer, ada.client)
    again.says(2)
    loop.pass_time(1)
    assert again.answers == [(2, "")]


def test_a_fault_of_ours_holds_up_nothing_else(
    loop: VirtualLoop, committer: Committer, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    ada, bob = Tab(committer), Tab(committer)
    store.faulty = {2}
    for op in (1, 2, 3):
        ada.says(op)
    bob.says(4)
    loop.pass_time(1)
    assert ada.answers == [(1, ""), (2, "unavailable"), (3, "")]
    assert bob.answers == [(4, "")]
    assert len([r for r in caplog.records if r.exc_info]) == 1


def test_what_is_remembered_of_those_turned_away_is_bounded() -> None:
    turned_away, clients = TurnedAway(), [uuid.uuid4() for _ in range(100)]
    for op, client in enumerate(clients, start=1):
        turned_away.note(client, op)
        turned_away.note(client, op + 1_000)
    kept = [client for client in clients if not turned_away.admits(client, 5_000)]
    assert len(kept) == TURNED_AWAY_LIMIT / 2


def test_an_outage_is_logged_once(
    loop: VirtualLoop, committer: Committer, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    ada = Tab(committer)
    store.away = True
    ada.says(1)
    loop.pass_time(5)
    store.away = False
    loop.pass_time(1)
    assert ada.answers == [(1, "")]
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "The database is unavailable: away"
    assert said[1].startswith("The database is back after 5.")
    assert len(said) == 2


def test_it_says_whether_it_keeps_up(
    loop: VirtualLoop, committer: Committer, store: FakeStore
) -> None:
    async def keeps_up() -> bool:
        return committer.keeps_up(3.0)

    assert loop.run(keeps_up())
    store.away = True
    Tab(committer).says(1)
    loop.pass_time(2)
    assert loop.run(keeps_up())
    loop.pass_time(2)
    assert not loop.run(keeps_up())
    # Its one change has been refused by now, but the next would fare no better.
    loop.pass_time(KEEP_SECONDS)
    assert not loop.run(keeps_up())
    store.away = False
    loop.pass_time(committing._FAILURE_COUNTS_SECONDS)
    assert loop.run(keeps_up())
    Tab(committer).says(1)
    loop.pass_time(1)
    assert loop.run(keeps_up())


# --- a store that hangs: in real time, because threads hang in no other -----------------


async def _until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, lambda: bool(condition()), 20, "the store")


async def test_a_commit_that_hangs_is_given_up_and_the_next_uses_another_thread(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D2: both are committed in the end, each once, and all of it is told."""
    monkeypatch.setattr(workers, "CALL_SECONDS", 0.05)
    told: list[Committed] = []
    committer = Committer(store, told.append)
    running = asyncio.create_task(committer.run())
    ada = Tab(committer)
    hang = store.hang = threading.Event()
    ada.says(1)
    await _until(lambda: store.hanging == 1)
    store.hang = None
    await _until(lambda: ada.answers)
    assert ada.answers == [(1, "")]
    ada.says(2)
    await _until(lambda: len(ada.answers) == 2)
    hang.set()
    # What comes back late is told, and its connection closed.
    await _until(lambda: len(told) == 3 and store.disconnected == 1)
    assert store.stored == [(ada.client, 1), (ada.client, 2)]
    assert len(ada.answers) == 2
    running.cancel()


async def test_while_every_commit_hangs_changes_are_refused_in_time_and_threads_are_bounded(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        (workers, "CALL_SECONDS", 0.02),
        (committing, "KEEP_SECONDS", 0.3),
        (committing, "LOOK_SECONDS", 0.05),
        (committing, "_RETRY_SECONDS", (0.01, 0.01)),
    ):
        monkeypatch.setattr(module, name, value)
    committer = Committer(store, lambda _committed: None)
    running = asyncio.create_task(committer.run())
    hang = store.hang = threading.Event()
    ada = Tab(committer)
    ada.says(1)
    await _until(lambda: ada.answers)
    assert ada.answers == [(1, "unavailable")]
    Tab(committer).says(1)
    await _until(lambda: store.hanging == workers.HANGING_LIMIT)
    with pytest.raises(StoreUnavailable):
        await committer.renew(ROOM, [1], 20.0)
    assert store.hanging == workers.HANGING_LIMIT
    # It is refused while it is in a transaction, so what came of that is not told it.
    hang.set()
    await _until(lambda: store.disconnected == workers.HANGING_LIMIT)
    ada.says(1)
    await _until(lambda: len(ada.answers) == 2)
    assert ada.answers[1] == (1, "")
    running.cancel()


async def test_what_was_refused_while_it_was_in_a_transaction_is_not_answered_twice(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D2: its repeat learns that it was stored."""
    monkeypatch.setattr(committing, "KEEP_SECONDS", 0.05)
    monkeypatch.setattr(committing, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(workers, "CALL_SECONDS", 60.0)
    committer = Committer(store, lambda _committed: None)
    running = asyncio.create_task(committer.run())
    hang = store.hang = threading.Event()
    ada = Tab(committer)
    ada.says(1)
    await _until(lambda: ada.answers)
    hang.set()
    await _until(lambda: store.stored)
    await committer.drained()
    assert ada.answers == [(1, "unavailable")]
    running.cancel()
