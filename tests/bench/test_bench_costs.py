"""Costs side by side: slopes, what makes two stretches comparable, and medians."""

from __future__ import annotations

import dataclasses

import pytest

from bench.costs import CostFigures, Slope, Stretch, in_rounds, medians
from bench.crowd import BadRun
from bench.dragging import Measurement


def stretch(
    *, seconds: float = 10.0, cpu: float, done: int, ticks: int = 100, size: int = 1000
) -> Stretch:
    """Ten people got so many ticks of this size."""
    measured = Measurement(
        begin=0.0,
        end=seconds,
        received=[ticks * size] * 10,
        moves_sent=done,
        cpu_seconds=cpu,
        others_seconds=0.0,
        load_late=0.0,
        load_cpu=0.0,
        was_bottleneck=False,
    )
    return Stretch(measured, done=done, frames=10 * ticks)


def row(ours: float, bare: float, bottleneck: str = "") -> CostFigures:
    slope = Slope(stretch(cpu=1.0, done=0), stretch(cpu=2.0, done=1000))
    figures = CostFigures.of(slope, slope)
    return dataclasses.replace(
        figures, ours=ours, bare=bare, ratio=ours / bare, bottleneck=bottleneck
    )


def test_what_costs_the_same_for_few_and_for_many_does_not_count() -> None:
    """Ten microseconds each, and half a second in any case."""
    slope = Slope(stretch(cpu=0.51, done=1_000), stretch(cpu=0.60, done=10_000))
    assert slope.seconds_each == pytest.approx(10e-6)


def test_a_stretch_may_last_a_little_longer_than_the_other() -> None:
    slope = Slope(stretch(cpu=0.6, done=10_000), stretch(seconds=11.0, cpu=0.88, done=22_000))
    assert slope.seconds_each == pytest.approx(20e-6)


def test_there_is_no_cost_of_one_more_where_no_more_was_done() -> None:
    with pytest.raises(BadRun, match="no more done"):
        _ = Slope(stretch(cpu=0.5, done=1_000), stretch(cpu=0.6, done=1_000)).seconds_each


def test_a_peer_that_is_too_cheap_to_measure_gives_no_ratio() -> None:
    ours = Slope(stretch(cpu=0.5, done=1_000), stretch(cpu=0.6, done=2_000))
    bare = Slope(stretch(cpu=0.5, done=1_000), stretch(cpu=0.5, done=2_000))
    with pytest.raises(BadRun, match="too little"):
        CostFigures.of(ours, bare)


@pytest.mark.parametrize(("ticks", "size"), [(90, 1000), (100, 900)])
def test_stretches_whose_ticks_differ_are_not_compared(ticks: int, size: int) -> None:
    few = stretch(cpu=0.5, done=1_000)
    Slope(few, stretch(cpu=0.6, done=2_000, ticks=99, size=1010)).check_ticks()
    with pytest.raises(BadRun, match="not comparable"):
        Slope(few, stretch(cpu=0.6, done=2_000, ticks=ticks, size=size)).check_ticks()


def test_medians_do_not_follow_one_bad_round_but_tell_of_it() -> None:
    last = medians([row(6.0, 5.0), row(90.0, 5.0, "load"), row(7.0, 5.0)])
    assert (last.round, last.ours, last.bare, last.ratio) == ("median", 7.0, 5.0, 1.4)
    assert last.bottleneck == "load"


async def test_a_bad_round_is_left_out_and_too_many_of_them_are_a_bad_run() -> None:
    outcomes = iter([None, row(6.0, 5.0), row(6.0, 5.0), None])

    async def measure() -> CostFigures:
        outcome = next(outcomes)
        if outcome is None:
            raise BadRun("disturbed")
        return outcome

    rows = await in_rounds(3, measure)
    assert [figures.round for figures in rows] == ["2", "3", "median"]
    with pytest.raises(BadRun, match="only 0 of 1"):
        await in_rounds(1, measure)
