"""How often somebody may do something: token buckets, in bounded memory."""

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
        """Take `count` tokens if there are as many; otherwise take none and return False."""
        self._fill(now)
        if self.tokens < count:
            return False
        self.tokens -= count
        return True

    def has(self, now: float, count: float = 1.0) -> bool:
        """Whether `take` would succeed."""
        self._fill(now)
        return self.tokens >= count

    def wait_seconds(self, now: float, count: float = 1.0) -> float:
        """Seconds until there are `count` tokens; 0.0 if there are now."""
        self._fill(now)
        return max(0.0, (count - self.tokens) / self.per_second)

    def _fill(self, now: float) -> None:
        gained = (now - self.updated) * self.per_second
        self.tokens = min(self.burst, self.tokens + gained)
        self.updated = now


class KeyedLimiter:
    """One token bucket for each key (an address, a person), for `capacity` keys at most.

    When there are more keys, the one that was quiet for longest is forgotten:
    its bucket has had the most time to fill up again.
    """

    def __init__(
        self, *, burst: float, per_second: float, clock: Clock, capacity: int = 10_000
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._capacity = capacity
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, key: str) -> bool:
        """Spend one token of this key; False if it has none."""
        return self._bucket(key).take(self._clock())

    def has(self, key: str) -> bool:
        """Whether `take` would succeed."""
        found = self._buckets.get(key)
        return found is None or found.has(self._clock())

    def retry_seconds(self, key: str) -> int:
        """Whole seconds, at least 1, after which this key has a token: for Retry-After."""
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


class GuessLimiter:
    """Slows down whoever tries codes at random, and nobody else.

    Only a wrong code costs a token. A venue is behind one address, so when
    somebody there has used up its tokens, codes that were right from there
    before go on working for everybody in the room.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        burst: float = 60.0,
        per_second: float = 1.0,
        capacity: int = 10_000,
    ) -> None:
        self._wrong = KeyedLimiter(
            burst=burst, per_second=per_second, clock=clock, capacity=capacity
        )
        self._capacity = capacity
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()

    def may_ask(self, address: str, code: str) -> bool:
        """Whether to look this code up for this address at all."""
        return (address, code) in self._right or self._wrong.has(address)

    def was_right(self, address: str, code: str) -> None:
        """The code belongs to a room."""
        self._right[address, code] = None
        self._right.move_to_end((address, code))
        if len(self._right) > self._capacity:
            self._right.popitem(last=False)

    def was_wrong(self, address: str, code: str) -> None:
        """The code belongs to no room (any more)."""
        self._right.pop((address, code), None)
        self._wrong.take(address)

    def retry_seconds(self, address: str) -> int:
        """Whole seconds after which this address may guess again."""
        return self._wrong.retry_seconds(address)
