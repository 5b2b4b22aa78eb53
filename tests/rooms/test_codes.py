"""Codes that are looked up: guessing is slow, being right is not (A3)."""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from mapapp.limits.buckets import GuessLimiter
from mapapp.rooms.codes import Codes, TooManyGuesses
from tests.live.simulation import VirtualLoop

ROOMS = {"314159", "271828"}


class Desk:
    """Codes in virtual time. `asked` are the codes that were looked up."""

    def __init__(self, burst: float = 5) -> None:
        self.retry_seconds = 0
        self.loop = VirtualLoop()
        self.asked: list[str] = []
        self.told: list[str] = []
        self.familiar: set[tuple[str, str]] = set()
        self.familiar_asked = 0
        self.error: Exception | None = None
        self.limiter = GuessLimiter(clock=self.loop.time, burst=burst, per_second=1.0)

        async def make() -> Codes:
            return Codes(
                self.limiter,
                clock=self.loop.time,
                familiar=self._is_familiar,
                told=self.told.append,
            )

        self.codes = self.loop.run(make())

    async def _is_familiar(self, code: str, address: str) -> bool:
        self.familiar_asked += 1
        return (code, address) in self.familiar

    async def look_up(self, code: str) -> str | None:
        self.asked.append(code)
        await asyncio.sleep(0.01)
        if self.error:
            raise self.error
        return code if code in ROOMS else None

    async def ask(self, code: str, address: str = "hall") -> tuple[str, float]:
        """What came of it, and after how many seconds."""
        began = self.loop.time()
        try:
            found = await self.codes.find(address, code, lambda: self.look_up(code))
        except TooManyGuesses as refused:
            self.retry_seconds = refused.retry_seconds
            return "refused", self.loop.time() - began
        return "right" if found else "wrong", self.loop.time() - began

    def all(self, *asking: Awaitable[Any]) -> list[Any]:
        async def together() -> list[Any]:
            return await asyncio.gather(*asking)

        return self.loop.run(together())

    def exhaust(self, address: str = "hall") -> None:
        """Use up the wrong codes of an address, and fill the line for more of them."""
        done = self.all(*(self.ask(f"9{n:05d}", address) for n in range(5)))
        assert {answer for answer, _ in done} == {"wrong"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.loop.finish()


def test_wrong_codes_asked_for_at_once_are_counted_before_they_are_answered(desk: Desk) -> None:
    done = desk.all(*(desk.ask(f"{n:06d}") for n in range(100)))
    answers = [answer for answer, _ in done]
    # Five at once, ten more one by one, and nothing was looked up for the others.
    assert answers.count("wrong") == 15
    assert answers.count("refused") == 85
    assert len(desk.asked) == 15
    assert max(seconds for answer, seconds in done if answer == "wrong") > 9
    assert max(seconds for answer, seconds in done if answer == "refused") < 0.1
    assert desk.told == ["hall"] * 15
    assert desk.retry_seconds >= 1


def test_a_hall_that_comes_in_at_once_pays_nothing(desk: Desk) -> None:
    """A thousand phones ask for one code that nobody there has asked for before."""
    done = desk.all(*(desk.ask("314159") for _ in range(1000)))
    assert {answer for answer, _ in done} == {"right"}
    assert max(seconds for _, seconds in done) < 0.1
    assert desk.loop.run(desk.ask("314159"))[0] == "right"
    desk.exhaust()


def test_the_same_wrong_code_asked_for_at_once_is_one_guess(desk: Desk) -> None:
    """A whole class that mistypes the code in the same way."""
    done = desk.all(*(desk.ask("999999") for _ in range(100)))
    assert {answer for answer, _ in done} == {"wrong"}
    assert desk.told == ["hall"]


def test_a_code_that_was_right_stays_right_whatever_others_there_guess(desk: Desk) -> None:
    desk.loop.run(desk.ask("314159"))
    desk.exhaust()
    answer, seconds = desk.loop.run(desk.ask("314159"))
    assert (answer, seconds < 0.1) == ("right", True)


def test_a_new_code_is_held_up_by_a_guesser_behind_the_same_address_and_not_refused(
    desk: Desk,
) -> None:
    desk.exhaust()
    answer, seconds = desk.loop.run(desk.ask("314159"))
    assert (answer, 0.5 < seconds < 1.5) == ("right", True)
    # It cost nothing in the end.
    assert desk.loop.run(desk.ask("271828"))[1] < 1.5


def test_a_room_that_was_opened_there_is_admitted_during_the_worst_storm(desk: Desk) -> None:
    """Also by a process that has not seen it opened: its row tells."""
    desk.exhaust()
    desk.familiar.add(("314159", "hall"))

    async def storm() -> tuple[str, float]:
        guessing = [asyncio.create_task(desk.ask(f"{n:06d}")) for n in range(15)]
        await asyncio.sleep(0.001)
        answer = await desk.ask("314159")
        await asyncio.gather(*guessing)
        return answer

    answer, seconds = desk.loop.run(storm())
    assert (answer, seconds < 0.1) == ("right", True)
    asked = desk.familiar_asked
    assert desk.loop.run(desk.ask("314159"))[0] == "right"
    assert desk.familiar_asked == asked


def test_the_database_is_not_asked_about_each_guess(desk: Desk) -> None:
    desk.exhaust()
    desk.all(*(desk.ask(f"{n:06d}") for n in range(1000)))
    assert desk.familiar_asked <= 40


def test_a_database_that_is_away_costs_nobody_a_guess(desk: Desk) -> None:
    desk.error = OSError("away")
    for n in range(20):
        with pytest.raises(OSError, match="away"):
            desk.loop.run(desk.ask(f"{n:06d}"))
    desk.error = None
    desk.exhaust()


def test_who_goes_away_before_the_answer_leaves_nothing_behind(desk: Desk) -> None:
    async def go_away() -> None:
        asking = [asyncio.create_task(desk.ask(f"{n:06d}")) for n in range(50)]
        await asyncio.sleep(0.005)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await asyncio.sleep(15)

    desk.loop.run(go_away())
    assert not desk.codes._turns


def test_a_code_that_has_ended_is_a_guess_from_then_on(desk: Desk) -> None:
    desk.loop.run(desk.ask("314159"))
    ROOMS.discard("314159")
    try:
        answers = [desk.loop.run(desk.ask("314159")) for _ in range(7)]
    finally:
        ROOMS.add("314159")
    assert [answer for answer, _ in answers] == ["wrong"] * 7
    assert answers[-1][1] > 0.5


def test_many_addresses_with_few_guesses_each_are_slowed() -> None:
    """And a right code from an address that has not guessed is let in, a little later."""
    desk = Desk(burst=20)
    done = desk.all(*(desk.ask(f"{n:06d}", f"address {n // 20}") for n in range(600)))
    assert {answer for answer, _ in done} == {"wrong"}
    assert max(seconds for _, seconds in done) < 0.1
    # From now on each costs ten, and is answered later.
    done = desk.all(*(desk.ask(f"8{n:05d}", f"new address {n // 20}") for n in range(600)))
    slowed = [seconds for answer, seconds in done if answer == "wrong"]
    assert len(slowed) <= 600 * 3 / 20
    assert min(slowed) > 0
    answer, seconds = desk.loop.run(desk.ask("314159", "another hall"))
    assert answer == "right"
    assert seconds <= GuessLimiter.MOST_BRAKE_SECONDS + 0.1
    desk.loop.finish()
