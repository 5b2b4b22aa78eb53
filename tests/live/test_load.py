"""One pace for all rooms of a process, from what it has to do (F4)."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from mapapp.live.load import (
    FASTEST,
    FEWEST_MOVES,
    LOOK_SECONDS,
    MOST_MOVES,
    Busy,
    Load,
    demanded_seconds,
    moves_per_second,
)


class Process:
    """A process in its own time: `ticks(share, recipients)` lets it work for a while."""

    def __init__(self) -> None:
        self.now = 0.0
        self.demanded = 0.0
        self.load = Load(self.now, lambda: self.demanded)

    def works(
        self,
        share: float,
        recipients: int = 0,
        seconds: float = 20.0,
        send_seconds: float = 10e-6,
    ) -> float:
        """Be busy for a share of the time, while so many get every tick; return the interval."""
        for _ in range(round(seconds / LOOK_SECONDS)):
            self.now += LOOK_SECONDS
            self.demanded += LOOK_SECONDS * share
            sends = round(recipients * LOOK_SECONDS / self.load.interval)
            self.load.ticked(sends, sends * send_seconds)
            self.load.look(self.now)
        return self.load.interval


def test_while_there_is_time_ticks_follow_at_once_however_many_rooms() -> None:
    assert Process().works(0.1) == FASTEST
    assert Process().works(0.3, recipients=100) == FASTEST


def test_the_frames_of_all_rooms_together_share_the_process() -> None:
    assert Process().works(0.3, recipients=300) == pytest.approx(0.025, rel=0.01)
    assert Process().works(0.8, recipients=3_000) == 0.100, "ten a second look alive"
    assert Process().works(0.8, recipients=50_000) == 0.100


def test_a_process_without_time_ticks_slower_up_to_a_bound_and_recovers() -> None:
    process = Process()
    process.works(0.8, recipients=9_000)
    assert 0.1 < process.works(1.0, recipients=9_000, seconds=0.4) < 0.15
    slower = process.works(1.0, recipients=9_000)
    assert 0.4 <= 9_000 * 10e-6 / slower <= 0.5, "half of it for ticks"
    assert process.works(0.9, recipients=9_000, seconds=5.0) == slower, "just right"
    assert process.works(1.0, recipients=9_000, send_seconds=1.0) == 1.0
    assert process.works(0.5, recipients=9_000) == 0.100
    assert process.works(0.1) == FASTEST


def test_a_process_that_is_busy_with_what_comes_in_ticks_no_slower_for_it() -> None:
    process = Process()
    assert process.works(1.0, recipients=1_000) == pytest.approx(1_000 / 12_000, rel=0.01)
    assert process.load.is_short


def test_time_is_short_until_there_is_enough_again() -> None:
    process = Process()
    seen = []
    for share in (0.9, 0.96, 0.9, 0.84, 0.9):
        process.works(share)
        seen.append(process.load.is_short)
    assert seen == [False, True, True, False, False]


def test_a_look_that_comes_twice_or_late_measures_what_has_passed() -> None:
    process = Process()
    process.load.look(process.now)
    process.load.ticked(30_000, 0.3)
    process.now += 1.0
    process.load.look(process.now)
    assert process.load.interval < 0.100, "one look is not the whole truth"


def test_the_busy_share_is_of_the_time_since_the_last_look() -> None:
    demanded = [5.0]
    busy = Busy(lambda: demanded[0], 100.0)
    demanded[0] += 0.25
    assert busy.share(101.0) == 0.25
    assert busy.share(102.0) == 0.0
    demanded[0] += 3.0
    assert busy.share(103.0) == 1.0
    assert busy.share(103.0) == 0.0


def test_waiting_for_the_processor_is_being_busy_and_sleeping_is_not() -> None:
    begun, slept_from = time.monotonic(), demanded_seconds()
    Event().wait(0.2)
    assert demanded_seconds() - slept_from < (time.monotonic() - begun) / 2
    begun, used_from = time.monotonic(), demanded_seconds()
    while time.thread_time() < used_from + 0.1 and time.monotonic() < begun + 5:
        pass
    assert demanded_seconds() - used_from > (time.monotonic() - begun) / 2
    elsewhere: list[float] = []
    thread = Thread(target=lambda: elsewhere.append(demanded_seconds()))
    thread.start()
    thread.join()
    assert elsewhere[0] < demanded_seconds(), "each thread has its own"


def test_a_second_of_work_is_followed_by_a_lower_pace_and_rest_by_a_higher() -> None:
    process = Process()
    process.load.ask(300, 0.0)
    assert process.load.moves_per_second == MOST_MOVES
    process.demanded += 1.0
    process.load.ask(300, 1.0)
    assert process.load.moves_per_second == 6
    for second in range(2, 10):
        process.load.ask(300, second)
    assert process.load.moves_per_second == MOST_MOVES


def test_a_crowd_of_draggers_is_asked_to_send_less_and_told_only_when_it_matters() -> None:
    assert moves_per_second(300, MOST_MOVES, 0.0) == MOST_MOVES
    assert moves_per_second(8_000, MOST_MOVES, 0.0) == 5
    assert moves_per_second(100_000, MOST_MOVES, 0.0) == FEWEST_MOVES
    assert moves_per_second(7_000, 4, 0.0) == 4, "one more is not worth a message"
    assert moves_per_second(5_000, 4, 0.0) == 6
    assert moves_per_second(100, 9, 0.0) == MOST_MOVES


def test_a_busy_process_asks_its_crowds_for_less_until_it_is_at_ease() -> None:
    assert moves_per_second(300, MOST_MOVES, 0.95) == 6
    assert moves_per_second(300, 6, 0.95) == 4
    assert moves_per_second(300, FEWEST_MOVES, 1.0) == FEWEST_MOVES
    assert moves_per_second(300, 4, 0.8) == 4
    assert moves_per_second(300, 4, 0.5) == 6
    assert moves_per_second(20, MOST_MOVES, 1.0) == MOST_MOVES, "so few are not what keeps it busy"


def test_the_bounds_of_being_busy_and_at_ease_are_as_told() -> None:
    assert moves_per_second(100, MOST_MOVES, 0.9) == MOST_MOVES, "not above it yet"
    assert moves_per_second(100, MOST_MOVES, 0.901) == 6
    assert moves_per_second(99, MOST_MOVES, 0.901) == MOST_MOVES, "no crowd yet"
    assert moves_per_second(100, 6, 0.701) == 6
    assert moves_per_second(100, 6, 0.7) == 8
    assert moves_per_second(0, MOST_MOVES, 0.0) == MOST_MOVES
