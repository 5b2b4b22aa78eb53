"""A3: limits slow down whoever does too much, and nobody else, in bounded memory."""

import pytest

from mapapp.domain.limits import GuessLimiter, KeyedLimiter, TokenBucket


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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> GuessLimiter:
    return GuessLimiter(clock=clock, burst=5, per_second=1.0, capacity=100)


def test_right_codes_cost_nothing(guesses: GuessLimiter) -> None:
    for number in range(1000):
        assert guesses.may_ask("hall", f"{number:06d}")
        guesses.was_right("hall", f"{number:06d}")


def test_wrong_codes_run_out_and_come_back(guesses: GuessLimiter, clock: Clock) -> None:
    for _ in range(5):
        assert guesses.may_ask("hall", "000000")
        guesses.was_wrong("hall", "000000")
    assert not guesses.may_ask("hall", "000001")
    assert guesses.retry_seconds("hall") == 1
    clock.now += 1.0
    assert guesses.may_ask("hall", "000001")


def test_a_guesser_does_not_lock_out_the_hall_behind_the_same_address(
    guesses: GuessLimiter,
) -> None:
    """A3: those inside notice nothing."""
    guesses.was_right("hall", "314159")
    for _ in range(50):
        guesses.was_wrong("hall", "000000")
    assert guesses.may_ask("hall", "314159")
    assert not guesses.may_ask("hall", "271828")
    assert guesses.may_ask("elsewhere", "271828")


def test_a_code_that_has_gone_is_a_guess_again(guesses: GuessLimiter) -> None:
    guesses.was_right("hall", "314159")
    for _ in range(6):
        guesses.was_wrong("hall", "314159")
    assert not guesses.may_ask("hall", "314159")


def test_right_codes_are_remembered_in_bounded_memory(guesses: GuessLimiter) -> None:
    for number in range(101):
        guesses.was_right("hall", f"{number:06d}")
    for _ in range(5):
        guesses.was_wrong("hall", "999999")
    assert not guesses.may_ask("hall", "000000")
    assert guesses.may_ask("hall", "000100")
