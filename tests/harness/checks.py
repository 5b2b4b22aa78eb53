"""Checks that must hold after a scenario, whatever was broken in it.

Each check returns sentences about broken promises; none means that all is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from testkit.client import Client
from testkit.mirror import Mirror
from testkit.stored import StoredChange
from tests.harness.installation import Vitals

# Changes that the server makes by itself, or along with somebody's first change.
_UNASKED = {"person", "release"}
# Removing people also removes their markers, in changes of their own.
_BULK = {"ban", "ban_recent", "ban_address", "remove_people"}
_SIGNS = ("Traceback (most recent call last)", "Unhandled", "never awaited", "Task was destroyed")
# Answers that a client must never get if it keeps its changes.
_NEVER = {"old_op", "bad_field", "unknown_type", "not_json"}


def each_stored_once(changes: Sequence[StoredChange], clients: Iterable[Client]) -> list[str]:
    """The log holds each acknowledged change once, as sent, and no others (O1, D1, D2)."""
    wrong = []
    revisions = [change.revision for change in changes]
    if revisions != list(range(1, len(changes) + 1)):
        wrong.append(f"revisions with a gap or a repeat: {_gaps(revisions)}")
        return wrong
    claimed: dict[int, str] = {}
    for client in clients:
        for op, answer in client.answers.items():
            sent = client.sent[op]
            what = f"op {op} ({sent['t']}) of {client.name or client.role}"
            if answer["t"] != "ack":
                if answer.get("code") in _NEVER:
                    wrong.append(f"{what} was answered with {answer}")
                continue
            if answer["rev"] in claimed:
                wrong.append(f"{what} and {claimed[answer['rev']]} are the same change")
            claimed[answer["rev"]] = what
            if answer["rev"] > len(changes):
                wrong.append(f"{what} was acknowledged as {answer['rev']} and is not stored")
                continue
            wrong += _differs(what, sent, answer, changes[answer["rev"] - 1])
    bulk = {
        change.person for change in changes if change.kind in _BULK and change.revision in claimed
    }
    wrong += [
        f"nobody was told of {change}"
        for change in changes
        if change.revision not in claimed
        and change.kind not in _UNASKED
        and not (change.kind in {"remove", *_BULK} and change.person in bulk)
    ]
    return wrong


def _differs(
    what: str, sent: dict[str, Any], answer: dict[str, Any], change: StoredChange
) -> list[str]:
    kinds = {sent["t"], "drop"} if sent["t"] == "place" else {sent["t"]}
    if sent["t"] == "name":
        kinds = {"person"}
    if change.kind not in kinds or change.person != answer.get("person", change.person):
        return [f"{what} was stored as {change}"]
    if sent["t"] == "name":
        return []
    return [
        f"{what} asked for {name} {sent[name]!r} and got {change.payload[name]!r}"
        for name in sent.keys() & {"lat", "lng", "label", "question"}
        if change.payload.get(name) != sent[name]
    ]


def _gaps(revisions: list[int]) -> str:
    missing = sorted(set(range(1, max(revisions, default=0) + 1)) - set(revisions))
    return f"missing {missing[:10]}, {len(revisions)} in all"


def in_order(clients: Iterable[Client]) -> list[str]:
    """Each client's changes are stored in the order in which it made them (D3)."""
    wrong = []
    for client in clients:
        last = 0
        for op in sorted(client.answers):
            answer = client.answers[op]
            if answer["t"] != "ack":
                continue
            if answer["rev"] < last:
                wrong.append(f"op {op} of {client.name} is at {answer['rev']}, behind {last}")
            last = answer["rev"]
    return wrong


def rebuilt(changes: Sequence[StoredChange], start: Mirror) -> Mirror:
    """The state that results from the log, starting with the room as it was created."""
    for change in changes:
        start.tick(
            {
                "changes": [
                    {
                        "rev": change.revision,
                        "kind": change.kind,
                        "by": change.person,
                        "marker": change.marker,
                        **change.payload,
                    }
                ],
                "rev": change.revision,
                "moves": [],
            }
        )
    return start


def stored(state: Mirror) -> Mirror:
    """The same without the positions of markers being dragged, which are never stored."""
    markers = {
        number: replace(marker, lat=0.0, lng=0.0) if marker.holder else marker
        for number, marker in state.markers.items()
    }
    return replace(state, markers=markers)


def same(what: str, one: Mirror, other: Mirror) -> list[str]:
    """Both hold equal states (O4)."""
    difference = one.difference(other)
    return [f"{what} differ: {difference}"] if difference else []


def nobody_waits(clients: Iterable[Client]) -> list[str]:
    """Every change that was sent has an answer in the end."""
    return [f"{client} still waits" for client in clients if client.unanswered]


def clean(log: str) -> list[str]:
    """No traceback and no warning of Python's."""
    lines = log.splitlines()
    return [
        f"in the log: {_before(lines, index)} {line.strip()[:200]} … {_end(lines[index + 1 :])}"
        for index, line in enumerate(lines)
        if any(sign in line for sign in _SIGNS)
    ][:3]


def _before(lines: Sequence[str], index: int) -> str:
    """The line of the log to which a traceback belongs."""
    return lines[index - 1].strip()[:200] if index else ""


def _end(after: Sequence[str]) -> str:
    """What a traceback ends with: where it was raised, and what."""
    ends = [n for n, line in enumerate(after) if line and not line[0].isspace()]
    if not ends:
        return ""
    return " / ".join(line.strip()[:200] for line in after[max(0, ends[0] - 2) : ends[0] + 1])


def vitals_back(before: Sequence[Vitals], after: Sequence[Vitals]) -> list[str]:
    """Open files are as before, and so, roughly, is memory (the allocator keeps some)."""
    wrong = []
    for index, (then, now) in enumerate(zip(before, after, strict=True)):
        if now.files > then.files + 12:
            wrong.append(f"server {index} keeps {now.files} files, {then.files} before")
        if now.memory > then.memory + 160e6:
            wrong.append(
                f"server {index} keeps {now.memory / 1e6:.0f} MB, {then.memory / 1e6:.0f} before"
            )
    return wrong
