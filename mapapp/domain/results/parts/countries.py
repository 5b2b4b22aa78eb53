"""Which countries people's markers are in."""

from __future__ import annotations

from collections import Counter

from mapapp.domain.results.answers import Answers, Country
from mapapp.domain.results.parts.declaration import Fields, part

_MOST = 8


@part
def countries(answers: Answers) -> Fields:
    """The countries with the most people. Somebody with markers in two counts for both."""
    country_of = answers.country_of
    if country_of is None or not answers.context.is_map:
        return {}
    people: Counter[Country] = Counter()
    for theirs in answers.of_person.values():
        people.update({found for one in theirs if (found := country_of(one.lat, one.lng))})
    ranked = sorted(people.items(), key=lambda item: (-item[1], item[0][1]))
    return {
        "countries": [[code, name, count] for (code, name), count in ranked[:_MOST]],
        "country_count": len(ranked),
    }
