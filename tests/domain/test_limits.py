"""A3: limits slow down whoever does too much, and nobody else, in bounded memory."""

import pytest

from mapapp.limits.buckets import GuessLimiter, KeyedLimiter, TokenBucket


class Clock:
    """A clock that stands still until told otherwise."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_at_once_and_then_as_it_fills() -> None:
    bucket = TokenBucket.full(3, 2.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_seconds(0.0) == pytest.approx(0.5)
    assert bucket.take(0.5)
    assert not bucket.take(0.5)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = TokenBucket.full(2, 1.0, now=0.0)
    assert [bucket.take(1e6) for _ in range(3)] == [True, True, False]


def test_a_take_that_fails_takes_nothing() -> None:
    bucket = TokenBucket.full(2, 1.0, now=0.0)
    assert not bucket.take(0.0, count=3)
    assert bucket.take(0.0, count=2)


def test_each_key_has_a_bucket_of_its_own() -> None:
    limiter = KeyedLimiter(burst=1, per_second=0.1, clock=Clock())
    assert limiter.take("a")
    assert not limiter.take("a")
    assert limiter.take("b")
    assert limiter.retry_seconds("a") == 10
    assert limiter.retry_seconds("never seen") == 1


def test_looking_costs_nothing_and_remembers_nobody() -> None:
    limiter = KeyedLimiter(burst=1, per_second=0.1, clock=Clock())
    assert all(limiter.has("a") for _ in range(5))
    assert len(limiter) == 0


def test_a_flood_of_addresses_does_not_grow_the_memory() -> None:
    """A3"""
    limiter = KeyedLimiter(burst=1, per_second=0.1, clock=Clock(), capacity=100)
    for number in range(10_000):
        limiter.take(str(number))
        limiter.take("one that stays busy")
    assert len(limiter) == 100
    assert not limiter.has("one that stays busy")


def test_what_came_to_nothing_is_given_back_and_no_more() -> None:
    limiter = KeyedLimiter(burst=2, per_second=0.1, clock=Clock())
    limiter.give_back("a", 5)
    assert len(limiter) == 0
    assert limiter.take("a", 2)
    limiter.give_back("a")
    assert limiter.take("a")
    assert not limiter.take("a")
    limiter.give_back("a", 100)
    assert limiter.take("a", 2)
    assert not limiter.take("a")


def test_a_reservation_is_paid_with_what_is_still_to_come(clock: Clock) -> None:
    bucket = TokenBucket.full(1, 1.0, now=0.0)
    assert bucket.reserve(0.0, 2.0) == 0.0
    assert bucket.reserve(0.0, 2.0) == pytest.approx(1.0)
    assert bucket.reserve(0.0, 2.0) == pytest.approx(2.0)
    assert bucket.reserve(0.0, 2.0) is None
    assert TokenBucket.full(1, 1.0, now=0.0).reserve(0.0, 9.0, count=2) is None
    assert not bucket.take(2.0)
    assert bucket.take(3.0)
    limiter = KeyedLimiter(burst=1, per_second=1.0, clock=clock)
    assert [limiter.reserve("a", 1.5) for _ in range(3)] == [0.0, pytest.approx(1.0), None]
    assert limiter.reserve("b", 1.5) == 0.0


def test_what_was_spent_elsewhere_is_spent_here(clock: Clock) -> None:
    limiter = KeyedLimiter(burst=5, per_second=1.0, clock=clock)
    limiter.empty("a")
    assert not limiter.take("a")
    assert limiter.take("b")
    limiter.empty("a")
    clock.now += 1.0
    assert limiter.take("a")
    assert not limiter.take("a")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> GuessLimiter:
    return GuessLimiter(
        clock=clock,
        burst=5,
        per_second=1.0,
        everywhere_burst=20,
        everywhere_per_second=2.0,
        capacity=100,
    )


def test_wrong_codes_run_out_and_come_back(guesses: GuessLimiter, clock: Clock) -> None:
    assert [guesses.pay("hall", 1) for _ in range(6)] == [True] * 5 + [False]
    assert guesses.retry_seconds("hall") == 1
    assert guesses.pay("elsewhere", 1)
    clock.now += 1.0
    assert guesses.pay("hall", 1)


def test_who_has_used_them_up_may_wait_for_a_turn_but_not_for_long(guesses: GuessLimiter) -> None:
    """A3: wrong answers are slowed."""
    for _ in range(5):
        guesses.pay("hall", 1)
    waits = [guesses.wait_for_turn("hall", 1) for _ in range(11)]
    assert waits == [*(pytest.approx(n) for n in range(1, 11)), None]


def test_an_address_knows_the_codes_it_had_right(guesses: GuessLimiter) -> None:
    """A3: those inside notice nothing of a guesser behind the same address."""
    guesses.was_right("hall", "314159")
    assert guesses.knows("hall", "314159")
    assert not guesses.knows("hall", "271828")
    assert not guesses.knows("elsewhere", "314159")
    guesses.was_wrong("hall", "314159")
    assert not guesses.knows("hall", "314159")


def test_right_codes_are_remembered_in_bounded_memory(guesses: GuessLimiter) -> None:
    for number in range(101):
        guesses.was_right("hall", f"{number:06d}")
        guesses.was_right("hall", "314159")
    assert not guesses.knows("hall", "000000")
    assert not guesses.knows("hall", "000001")
    assert guesses.knows("hall", "000002")
    assert guesses.knows("hall", "314159")


def test_guessing_from_everywhere_makes_wrong_codes_dearer_and_answers_later(
    guesses: GuessLimiter, clock: Clock
) -> None:
    """A3: many addresses with few guesses each."""
    for number in range(19):
        guesses.was_wrong(f"address {number}", "000000")
    assert guesses.price() == 1.0
    assert guesses.brake_seconds() == 0.0
    guesses.was_wrong("address 19", "000000")
    assert guesses.price() == GuessLimiter.BRAKE_PRICE
    assert guesses.brake_seconds() == pytest.approx(0.5)
    for number in range(1000):
        guesses.was_wrong(f"address {number}", "000000")
    assert guesses.brake_seconds() == GuessLimiter.MOST_BRAKE_SECONDS
    # What is owed is bounded, so that it is soon over.
    clock.now += GuessLimiter.MOST_BRAKE_SECONDS + 0.5
    assert guesses.brake_seconds() == 0.0
    assert guesses.price() == 1.0
