"""Looking up a room by its code: slow for those who guess, fast for those who are right."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from mapapp.limits.buckets import Clock, GuessLimiter, TokenBucket

T = TypeVar("T")

# How many times a second, at most, the database is asked whether a guessing
# address is familiar to a room.
_FAMILIAR_PER_SECOND, _FAMILIAR_BURST = 20.0, 40.0


class TooManyGuesses(Exception):
    """This address has tried too many wrong codes; it may come back after `retry_seconds`."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__(retry_seconds)
        self.retry_seconds = retry_seconds


@dataclass(slots=True)
class _Turn:
    """A code that an address asks for. All who ask for it at the same time pay once."""

    price: float = 0.0
    asking: int = 0
    come: asyncio.Task[None] | None = None


class Codes:
    """Decides for each address and code whether, and when, to look it up.

    `familiar(code, address)` says whether a room with this code was created
    from that address, or has people who came from there: then the guesses of
    others at the address do not matter. `told(address)` is called for each
    wrong code, to tell other processes.
    """

    def __init__(
        self,
        limiter: GuessLimiter,
        *,
        clock: Clock,
        familiar: Callable[[str, str], Awaitable[bool]],
        told: Callable[[str], None] = lambda _address: None,
    ) -> None:
        self.limiter = limiter
        self._familiar = familiar
        self._told = told
        self._clock = clock
        self._checks = TokenBucket.full(_FAMILIAR_BURST, _FAMILIAR_PER_SECOND, clock())
        self._turns: dict[tuple[str, str], _Turn] = {}

    async def find(
        self, address: str, code: str, look_up: Callable[[], Awaitable[T | None]]
    ) -> T | None:
        """Return what `look_up` finds, None for a wrong code.

        Raises `TooManyGuesses`, or what `look_up` raises.
        """
        if self.limiter.knows(address, code):
            found = await look_up()
            if found is None:
                self.limiter.pay(address, self.limiter.price())
                self._wrong(address, code)
            return found
        turn = self._turns.get((address, code))
        if turn is None:
            turn = self._turns[address, code] = _Turn()
            turn.come = asyncio.create_task(self._wait_for(turn, address, code))
            # The exception is retrieved even if all who asked have gone, or asyncio logs it.
            turn.come.add_done_callback(lambda come: come.cancelled() or come.exception())
        turn.asking += 1
        try:
            assert turn.come is not None, "set with the turn"
            await asyncio.shield(turn.come)
            found = await look_up()
        except BaseException:
            # Refunded, because nobody has learnt whether the code is right.
            self._settle(address, code, turn, found=True)
            raise
        self._settle(address, code, turn, found=found is not None)
        if found is not None:
            self.limiter.was_right(address, code)
        return found

    async def _wait_for(self, turn: _Turn, address: str, code: str) -> None:
        """Return once the code may be looked up and is paid for. Raises `TooManyGuesses`."""
        limiter = self.limiter
        price = limiter.price()
        if not limiter.pay(address, price):
            if self._checks.take(self._clock()) and await self._familiar(code, address):
                limiter.was_right(address, code)
                return
            wait = limiter.wait_for_turn(address, price)
            if wait is None:
                raise TooManyGuesses(limiter.retry_seconds(address))
            await asyncio.sleep(wait)
        turn.price = price
        # For right and wrong codes alike, so that the delay reveals nothing.
        if brake := limiter.brake_seconds():
            await asyncio.sleep(brake)

    def _settle(self, address: str, code: str, turn: _Turn, *, found: bool) -> None:
        """One of those who asked has an answer: keep the price of a wrong code, refund others."""
        turn.asking -= 1
        if turn.asking == 0 and self._turns.get((address, code)) is turn:
            del self._turns[address, code]
        price, turn.price = turn.price, 0.0
        if not price:
            return
        if found:
            self.limiter.give_back(address, price)
        else:
            self._wrong(address, code)

    def _wrong(self, address: str, code: str) -> None:
        self.limiter.was_wrong(address, code)
        self._told(address)
