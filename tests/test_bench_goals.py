"""The table that closes a run of the load generator."""

from __future__ import annotations

from bench.__main__ import SCENARIOS
from bench.crowd import BadRun
from bench.figures import table
from bench.goals import Goal, not_measured


def test_the_closing_table_puts_words_on_the_left_and_says_yes_or_no() -> None:
    goals = [
        Goal("idle", "at most 30 kB", "24.9 kB", met=True, bottleneck=False),
        Goal("drops", "1,000 a second", "768", met=False, bottleneck=True),
    ]
    assert table(goals).splitlines() == [
        "| scenario | asked          | measured | met | load was the bottleneck |",
        "| :------- | :------------- | :------- | --: | ----------------------: |",
        "| idle     | at most 30 kB  | 24.9 kB  | yes |                      no |",
        "| drops    | 1,000 a second | 768      |  no |                     yes |",
    ]


def test_a_scenario_that_could_not_be_measured_has_met_nothing_and_says_why() -> None:
    goal = not_measured("join", BadRun("somebody could not connect"))
    assert not goal.met
    assert goal.measured == "somebody could not connect"


def test_a_scenario_is_listed_under_its_own_name() -> None:
    assert all(scenario.name == name for name, scenario in SCENARIOS.items())
