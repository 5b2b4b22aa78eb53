"""What runs of several servers under one load come to."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from math import nan

import pytest

from bench import beside
from bench.comparison import OURS, BesideFigures, Pair, compared
from bench.crowd import BadRun
from bench.scenarios import rooms
from tests.bench.rows import beside_figures


def figures(server: str, p99: float, cpu: float, problems: str = "") -> BesideFigures:
    return beside_figures(server=server, age_p99=p99, cpu_share=cpu, problems=problems)


def test_of_several_runs_the_median_counts() -> None:
    rows = [figures(OURS, age, 0.5) for age in (190.0, 900.0, 200.0)]
    assert compared(rows) == "ours 200 ms at 50%"


@pytest.mark.parametrize(
    ("p99", "cpu", "problems", "met"),
    [
        (200.0, 0.8, "", True),
        (200.1, 0.8, "", False),
        (200.0, 0.81, "", False),
        (200.0, 0.8, "slow_down (3)", False),
        (nan, 0.8, "", False),
    ],
)
def test_many_rooms_have_to_be_no_older_and_no_busier_than_at_the_rival(
    p99: float, cpu: float, problems: str, met: bool
) -> None:
    rows = [
        figures(OURS, p99, cpu, problems),
        figures("ws", 100.0, 0.1),
        figures(rooms.RIVAL, 200.0, 0.8),
    ]
    (goal,) = rooms.goals(rows)
    assert goal.met is met


def test_a_rival_that_delivers_nothing_is_worse_than_any() -> None:
    pair = Pair.of([figures(OURS, 5000.0, 1.0), figures("ws", nan, 1.0)], "ws")
    assert pair
    assert pair.is_no_older


def test_without_the_rival_nothing_was_asked() -> None:
    assert rooms.goals([figures(OURS, 200.0, 0.8)]) == []


def asked(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    beside.add_arguments(parser, (OURS,))
    return parser.parse_args(arguments)


async def test_servers_take_turns_and_then_go_back() -> None:
    """A machine that grows slower meanwhile makes the first of two look better."""
    order: list[tuple[str, int]] = []

    async def run(name: str, size: int) -> BesideFigures:
        order.append((name, size))
        return figures(name, 100.0, 0.5)

    await beside.in_rounds(asked("--only", OURS, "tutorial", "--times", "2"), [10, 20], run)
    there_and_back = [OURS, "tutorial", "tutorial", OURS]
    assert order == [(name, size) for size in (10, 20) for name in there_and_back]


@pytest.mark.parametrize("faulty", [OURS, "tutorial"])
async def test_a_peer_that_cannot_be_measured_is_left_out_and_ours_must_be(faulty: str) -> None:
    async def run(name: str, size: int) -> BesideFigures:
        if name == faulty:
            raise BadRun("somebody could not connect")
        return figures(name, 100.0, 0.5)

    measuring = beside.in_rounds(asked("--only", OURS, "tutorial", "--times", "1"), [10], run)
    if faulty == OURS:
        with pytest.raises(BadRun, match="could not connect"):
            await measuring
    else:
        assert [row.server for row in await measuring] == [OURS]
