"""A clock that jumps is followed only once all that is reckoned by it has come along."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mapapp.storage.database_time import JUMP_SECONDS, DatabaseTime, Jump, even_seconds

DAY = 86_400.0


@dataclass
class Machine:
    """A machine whose clock the test sets. `even` counts seconds whatever happens."""

    wall: float = 1_000_000.0
    even: float = 50.0

    def time(self) -> DatabaseTime:
        return DatabaseTime(wall=lambda: self.wall, even=lambda: self.even)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.even += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_goes_on_from_the_machines_clock(machine: Machine) -> None:
    time = machine.time()
    machine.passes(7)
    assert time.now() == 1_000_007
    assert time.jump is None


@pytest.mark.parametrize("jump", [20 * DAY, -20 * DAY, JUMP_SECONDS, -JUMP_SECONDS])
def test_it_goes_on_evenly_over_a_jump_until_that_is_accepted(
    machine: Machine, jump: float
) -> None:
    time = machine.time()
    machine.wall += jump
    assert time.now() == 1_000_000
    time.hear(None)
    machine.passes(3)
    assert time.now() == 1_000_003
    heard = time.jump
    assert heard == Jump(1_000_003, 1_000_003 + jump)
    machine.passes(2)
    time.accept(heard)
    assert time.now() == 1_000_005 + jump
    assert time.jump is None
    time.hear(None)
    assert time.jump is None


@pytest.mark.parametrize("drift", [JUMP_SECONDS - 0.1, 0.1 - JUMP_SECONDS])
def test_a_drift_is_followed_at_once(machine: Machine, drift: float) -> None:
    time = machine.time()
    machine.wall += drift
    time.hear(None)
    assert time.now() == 1_000_000 + drift
    assert time.jump is None


def test_a_clock_that_jumps_there_and_back_has_not_jumped(machine: Machine) -> None:
    time = machine.time()
    machine.wall += DAY
    time.hear(None)
    machine.wall -= DAY
    time.hear(None)
    assert time.jump is None
    assert time.now() == 1_000_000


def test_the_databases_clock_is_taken_at_first_and_is_no_jump(machine: Machine) -> None:
    time = machine.time()
    time.hear(1_000_025)
    machine.passes(1)
    assert time.now() == 1_000_026
    assert time.jump is None
    machine.wall += DAY
    time.hear(1_000_026)
    assert time.now() == 1_000_026, "this machine's own clock no longer counts"
    assert time.jump is None


def test_a_jump_of_the_databases_clock_is_one(machine: Machine) -> None:
    time = machine.time()
    time.hear(1_000_000)
    time.hear(1_000_000 + DAY)
    assert time.now() == 1_000_000
    assert time.jump == Jump(1_000_000, 1_000_000 + DAY)


def test_even_seconds_only_grow() -> None:
    before = even_seconds()
    assert even_seconds() >= before
