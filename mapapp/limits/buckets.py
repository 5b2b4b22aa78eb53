"""Rate limits: token buckets, in bounded memory."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# Seconds from any fixed point, never going back (time.monotonic).
Clock = Callable[[], float]


@dataclass(slots=True)
class TokenBucket:
    """Holds up to `burst` tokens and gains `per_second` tokens each second.

    It starts full. `now` is in seconds and must not go back.
    """

    burst: float
    per_second: float
    tokens: float
    updated: float

    @classmethod
    def full(cls, burst: float, per_second: float, now: float) -> TokenBucket:
        return cls(burst, per_second, burst, now)

    def take(self, now: float, count: float = 1.0) -> bool:
        """Take `count` tokens if there are enough; otherwise take none and return False."""
        # As `_fill`, without its call: every frame of every client comes through here.
        tokens = self.tokens + (now - self.updated) * self.per_second
        tokens = self.burst if tokens > self.burst else tokens
        self.updated = now
        if tokens < count:
            self.tokens = tokens
            return False
        self.tokens = tokens - count
        return True

    def has(self, now: float, count: float = 1.0) -> bool:
        """Whether `take` would succeed."""
        self._fill(now)
        return self.tokens >= count

    def wait_seconds(self, now: float, count: float = 1.0) -> float:
        """Seconds until there are `count` tokens; 0.0 if there are now."""
        self._fill(now)
        return max(0.0, (count - self.tokens) / self.per_second)

    def give_back(self, count: float = 1.0) -> None:
        """Return tokens that were taken for something that did not happen."""
        self.tokens = min(self.burst, self.tokens + count)

    def reserve(self, now: float, most_seconds: float, count: float = 1.0) -> float | None:
        """Take tokens in advance, and return the seconds until they would be there.

        If that is more than `most_seconds`, or never, take none and return None.
        """
        wait = self.wait_seconds(now, count)
        if wait > most_seconds or count > self.burst:
            return None
        self.take(now + wait, count)
        return wait

    def _fill(self, now: float) -> None:
        gained = (now - self.updated) * self.per_second
        self.tokens = min(self.burst, self.tokens + gained)
        self.updated = now


class KeyedLimiter:
    """One token bucket for each key (an address, a person), for `capacity` keys at most.

    When there are more keys, the one that has been quiet longest is forgotten:
    its bucket has had the most time to refill.
    """

    def __init__(
        self, *, burst: float, per_second: float, clock: Clock, capacity: int = 10_000
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._capacity = capacity
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, key: str, count: float = 1.0) -> bool:
        """Spend tokens of this key; if it has too few, spend none and return False."""
        return self._bucket(key).take(self._clock(), count)

    def give_back(self, key: str, count: float = 1.0) -> None:
        """Return tokens that were taken for something that did not happen."""
        found = self._buckets.get(key)
        if found is not None:
            found.give_back(count)

    def reserve(self, key: str, most_seconds: float, count: float = 1.0) -> float | None:
        """As `TokenBucket.reserve`, for this key."""
        return self._bucket(key).reserve(self._clock(), most_seconds, count)

    def empty(self, key: str) -> None:
        """Take all tokens of this key, because it has spent them elsewhere."""
        bucket, now = self._bucket(key), self._clock()
        if bucket.wait_seconds(now) == 0.0:
            bucket.take(now, bucket.tokens)

    def has(self, key: str) -> bool:
        """Whether `take` would succeed."""
        found = self._buckets.get(key)
        return found is None or found.has(self._clock())

    def retry_seconds(self, key: str) -> int:
        """Whole seconds until this key has a token, at least 1: for Retry-After."""
        found = self._buckets.get(key)
        return max(1, math.ceil(found.wait_seconds(self._clock()))) if found else 1

    def __len__(self) -> int:
        return len(self._buckets)

    def _bucket(self, key: str) -> TokenBucket:
        found = self._buckets.get(key)
        if found is None:
            found = TokenBucket.full(self._burst, self._per_second, self._clock())
            self._buckets[key] = found
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return found


class Entrance:
    """Lets `burst` people in at once, then `per_second`; the others get a turn to come back.

    Each key (an address and a room) has a bucket of its own. Somebody who finds
    it empty is given a number of seconds to wait; the waits are one token's time
    apart, so that they do not all come back together.
    """

    # The longest wait. Those whose turn is later come back then, and ask again.
    MOST_SECONDS = 60.0

    def __init__(
        self, *, burst: float, per_second: float, clock: Clock, capacity: int = 10_000
    ) -> None:
        self._come = KeyedLimiter(
            burst=burst, per_second=per_second, clock=clock, capacity=capacity
        )
        self._between = 1 / per_second
        self._clock = clock
        self._capacity = capacity
        self._turns: OrderedDict[str, float] = OrderedDict()

    def come_in(self, key: str) -> float:
        """0.0 to come in now; otherwise the seconds after which to come back."""
        if self._come.take(key):
            return 0.0
        now = self._clock()
        turn = max(self._turns.get(key, now), now) + self._between
        # Many get the longest wait; by the time they come back the queue is shorter.
        self._turns[key] = min(turn, now + self.MOST_SECONDS)
        self._turns.move_to_end(key)
        if len(self._turns) > self._capacity:
            self._turns.popitem(last=False)
        return self._turns[key] - now

    def empty(self, key: str) -> None:
        """Other processes have let in as many as may come in at once."""
        self._come.empty(key)


class GuessLimiter:
    """The price of wrong codes, which makes guessing slow and nothing else.

    Each address has a bucket of wrong codes. A code is paid for before it is
    looked up, and refunded if it was right, so that asking many at once gains
    nothing. A code that an address has had right before is free: a venue is
    behind one address, and the people inside must not notice that one of them
    is guessing. When all addresses together send more wrong codes than people
    mistype (`everywhere_burst` at once, `everywhere_per_second` sustained), each
    costs `BRAKE_PRICE`, and any code that is new to its address is answered a
    little later, right or wrong (`brake_seconds`).
    """

    BRAKE_PRICE = 10.0
    # The longest delay of a right code because others are guessing.
    MOST_BRAKE_SECONDS = 2.0
    # The longest that an address without wrong codes left may wait for its turn.
    MOST_TURN_SECONDS = 10.0

    def __init__(
        self,
        *,
        clock: Clock,
        burst: float = 60.0,
        per_second: float = 1.0,
        everywhere_burst: float = 600.0,
        everywhere_per_second: float = 20.0,
        capacity: int = 50_000,
    ) -> None:
        self._wrong = KeyedLimiter(
            burst=burst, per_second=per_second, clock=clock, capacity=capacity
        )
        self._clock = clock
        self._everywhere = TokenBucket.full(everywhere_burst, everywhere_per_second, clock())
        self._capacity = capacity
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()

    def knows(self, address: str, code: str) -> bool:
        """Whether this address has had this code right before."""
        return (address, code) in self._right

    def price(self) -> float:
        """The current price of a code."""
        return 1.0 if self._everywhere.has(self._clock()) else self.BRAKE_PRICE

    def brake_seconds(self) -> float:
        """How long to delay an answer, right or wrong; 0.0 while few are guessing."""
        return min(self.MOST_BRAKE_SECONDS, self._everywhere.wait_seconds(self._clock()))

    def pay(self, address: str, price: float) -> bool:
        """Take the price of a code; False if this address has used up its wrong codes."""
        return self._wrong.take(address, price)

    def wait_for_turn(self, address: str, price: float) -> float | None:
        """Pay in advance, and return the seconds to wait before the code is looked up.

        If that is more than `MOST_TURN_SECONDS`, pay nothing and return None.
        """
        return self._wrong.reserve(address, self.MOST_TURN_SECONDS, price)

    def give_back(self, address: str, price: float) -> None:
        """Return the price of a code that was right, or that could not be looked up."""
        self._wrong.give_back(address, price)

    def was_right(self, address: str, code: str) -> None:
        """The code belongs to a room, or this address has created it."""
        self._right[address, code] = None
        self._right.move_to_end((address, code))
        if len(self._right) > self._capacity:
            self._right.popitem(last=False)

    def was_wrong(self, address: str, code: str) -> None:
        """The code does not, or no longer, belong to a room. Its price has been paid."""
        self._right.pop((address, code), None)
        now = self._clock()
        # The debt goes no deeper than the longest brake, so that the brake ends soon after.
        self._everywhere.reserve(now, self.MOST_BRAKE_SECONDS)

    def empty(self, address: str) -> None:
        """This address has used up its wrong codes at other processes."""
        self._wrong.empty(address)

    def brake(self) -> None:
        """All processes together have had enough wrong codes for the brake."""
        now = self._clock()
        if self._everywhere.wait_seconds(now) == 0.0:
            self._everywhere.take(now, self._everywhere.tokens)

    def retry_seconds(self, address: str) -> int:
        """Whole seconds after which this address may guess again."""
        return self._wrong.retry_seconds(address)
