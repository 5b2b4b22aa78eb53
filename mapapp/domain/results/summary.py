"""The result of one activity: what everybody is told, and what each person is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapapp.domain.results.answers import Answer, Answers, Context, CountryOf
from mapapp.domain.results.parts import PARTS, PERSONAL


class NoResult(Exception):
    """A result could not be worked out; the message says why."""


@dataclass(frozen=True, slots=True)
class Summary:
    """`shared` are the fields for all who may see the answers, `own` each person's, by number.

    Names and units are those of docs/PROTOCOL.md.
    """

    shared: dict[str, Any]
    own: dict[int, dict[str, Any]]


def summarize(
    context: Context,
    answers: Sequence[Answer],
    *,
    personal: bool = False,
    country_of: CountryOf | None = None,
) -> Summary:
    """Put the parts together; those that are `personal` only if somebody will be told.

    5,000 answers take some tenths of a second.
    """
    known = Answers(context, answers, country_of)
    shared: dict[str, Any] = {"people": len(known.of_person)}
    for part in PARTS.values():
        shared |= part(known)
    own: dict[int, dict[str, Any]] = {}
    if personal:
        own = {person: {"marker": theirs[0].marker} for person, theirs in known.of_person.items()}
        for each in PERSONAL.values():
            for person, fields in each(known).items():
                own[person] |= fields
    return Summary(shared, own)
