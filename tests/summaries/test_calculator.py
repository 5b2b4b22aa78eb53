"""Results are worked out in a process of their own, which may go at any time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings

from mapapp.domain.results.answers import Answer, Context
from mapapp.domain.results.summary import NoResult
from mapapp.summaries.calculator import Calculator
from testkit.services import wait_until

T = TypeVar("T")

ANSWERS = [Answer(n, n, 50.0 + n, 9.0, (50.0, 9.0)) for n in range(1, 6)]


class Naming:
    """Names every position."""

    def words(self, lat: float, lng: float) -> str:
        return f"near {lat:.0f}, {lng:.0f}"

    near = words


class Runner:
    """A calculator, and a loop to wait for it."""

    def __init__(self, places: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.calculator = Calculator(settings.BASE_DIR, places, Naming())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def ask(self, context: Context | None = None, answers: Any = ANSWERS) -> Any:
        return self.run(self.calculator.work_out(context or Context(), answers, personal=True))

    @property
    def pid(self) -> int:
        process = self.calculator._process
        assert process is not None
        return process.pid


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    made.calculator.close()
    made.loop.close()


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def until_gone(pid: int) -> None:
    wait_until(lambda: gone(pid), 20.0, "the end of the process")


def test_a_result_comes_with_a_middle_in_words_and_everybodys_own(runner: Runner) -> None:
    reply = runner.ask(Context(round=2, targets=((50.0, 9.0, 0.0),)))
    assert reply.shared["people"] == 5
    assert reply.shared["middle"]["words"] == "near 53, 9"
    own = json.loads(reply.own[5])
    assert (own["marker"], own["place"], own["of"]) == (5, 5, 5)
    assert own["moved_km"] == pytest.approx(556, abs=1)


def test_a_plane_has_no_words(runner: Runner) -> None:
    assert runner.ask(Context(is_map=False)).shared["middle"]["words"] == ""


def test_one_process_serves_all(runner: Runner) -> None:
    runner.ask()
    first = runner.pid

    async def several() -> list[Any]:
        asked = (runner.calculator.work_out(Context(), ANSWERS[:n]) for n in range(6))
        return await asyncio.gather(*asked)

    people = [reply.shared["people"] for reply in runner.run(several())]
    assert people == [0, 1, 2, 3, 4, 5]
    assert runner.pid == first


def test_rooms_that_ask_together_leave_one_end_for_the_idle_process(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that nobody took back would kill the process five minutes later, at its work."""
    timers: list[asyncio.TimerHandle] = []
    call_later = runner.loop.call_later

    def noted(*arguments: Any) -> asyncio.TimerHandle:
        timers.append(call_later(*arguments))
        return timers[-1]

    async def several() -> None:
        asked = (runner.calculator.work_out(Context(), ANSWERS[:n]) for n in range(6))
        await asyncio.gather(*asked)

    monkeypatch.setattr(runner.loop, "call_later", noted)
    runner.run(several())
    runner.run(several())
    assert sum(not timer.cancelled() for timer in timers) == 1


def test_what_a_result_costs_has_the_wait_for_others_in_it(runner: Runner) -> None:
    crowd = [Answer(n, n, 40 + n / 100, 9.0) for n in range(1, 1_000)]
    runner.ask()

    async def both() -> tuple[Any, Any]:
        large = runner.calculator.work_out(Context(), crowd)
        return await asyncio.gather(large, runner.calculator.work_out(Context(), ANSWERS))

    large, small = runner.run(both())
    assert 0 < large.seconds < small.seconds


def test_a_process_that_was_killed_is_replaced(runner: Runner) -> None:
    runner.ask()
    first = runner.pid
    os.kill(first, signal.SIGKILL)
    until_gone(first)
    assert runner.ask().shared["people"] == 5
    assert runner.pid != first


def test_a_process_that_goes_while_it_works_is_told_as_no_result(runner: Runner) -> None:
    runner.ask()
    os.kill(runner.pid, signal.SIGSTOP)
    stopped = runner.pid

    async def kill_in_between() -> None:
        asked = asyncio.ensure_future(runner.calculator.work_out(Context(), ANSWERS))
        await asyncio.sleep(0)
        os.kill(stopped, signal.SIGKILL)
        await asked

    with pytest.raises(NoResult, match="gone"):
        runner.run(kill_in_between())
    assert runner.ask().shared["people"] == 5


def test_what_cannot_be_worked_out_leaves_the_process_fit_for_the_next(runner: Runner) -> None:
    impossible = [Answer(1, 1, "north", 9.0)]  # type: ignore[arg-type]
    with pytest.raises(NoResult):
        runner.ask(answers=impossible)
    first = runner.pid
    assert runner.ask().shared["people"] == 5
    assert runner.pid == first


def test_without_python_there_is_no_result_and_no_crash(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner.calculator, "_command", ["/nowhere/python"])
    with pytest.raises(NoResult, match="started"):
        runner.ask()


def test_the_process_ends_with_its_server(runner: Runner) -> None:
    """Also with one that was killed: then its pipe ends."""
    runner.ask()
    process = runner.calculator._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    until_gone(process.pid)


def test_ctrl_c_in_the_terminal_does_not_end_it_before_the_server(runner: Runner) -> None:
    runner.ask()
    first = runner.pid
    os.kill(first, signal.SIGINT)
    assert runner.ask().shared["people"] == 5
    assert runner.pid == first
