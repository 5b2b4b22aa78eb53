"""`python -m tests.harness.journal LOG…`: the tables of docs/FAULTS.md."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any


def table(reports: list[dict[str, Any]]) -> str:
    """One line for each scenario: its faults and its findings."""
    lines = [
        "| scenario | on | people | changes | what was broken | found |",
        "|---|---|--:|--:|---|---|",
    ]
    for report in reports:
        found = "; ".join(report["wrong"]).replace("|", "/").replace("\n", " ")[:160]
        did = "; ".join(report["notes"]).replace("|", "/")[:150] or ", ".join(report["families"])
        lines.append(
            f"| {report['name']} | {report['kind']} | {report['people']} | {report['changes']} "
            f"| {did} | {found or '–'} |"
        )
    return "\n".join(lines)


def times(reports: list[dict[str, Any]]) -> str:
    """The durations of recoveries, in seconds."""
    measured: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for what, seconds in report["measured"].items():
            measured[what] += seconds
    lines = ["| what | times | p50 | p99 | most |", "|---|--:|--:|--:|--:|"]
    for what, seconds in sorted(measured.items()):
        if what.startswith("others"):
            continue
        ordered = sorted(seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        lines.append(
            f"| {what} | {len(ordered)} | {statistics.median(ordered):.2f} "
            f"| {p99:.2f} | {ordered[-1]:.2f} |"
        )
    return "\n".join(lines)


def families(reports: list[dict[str, Any]]) -> str:
    """How often each kind of fault happened."""
    counts = Counter(name for report in reports for name in report["families"])
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def main() -> None:
    reports = [
        json.loads(line) for name in sys.argv[1:] for line in Path(name).read_text().splitlines()
    ]
    print(f"{len(reports)} scenarios: {families(reports)}.\n")
    print(times(reports), end="\n\n")
    print(table(reports))


if __name__ == "__main__":
    main()
