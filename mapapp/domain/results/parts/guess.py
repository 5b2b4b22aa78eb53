"""How near people guessed; known once the target may be."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.guesses import Guess, ranking, target_of
from mapapp.domain.results.parts.declaration import Fields, part, personal
from mapapp.domain.results.units import km

_MOST = 10
_CLOSE_KM = 100


@part
def guess(answers: Answers) -> Fields:
    """The best guesses, the median distance, and the people within 100 km."""
    ranked = answers.once(_ranked)
    if not ranked:
        return {}
    distances = [km(one.distance_m) for one in ranked]
    return {
        "guess": {
            "podium": [[one.person, km(one.distance_m), one.place] for one in ranked[:_MOST]],
            "median_km": round(median(distances), 3),
            "within_100_km": sum(distance <= _CLOSE_KM for distance in distances),
        }
    }


@personal
def own_guess(answers: Answers) -> Mapping[int, Fields]:
    """One's own distance, and one's place among how many."""
    ranked = answers.once(_ranked)
    return {
        one.person: {"km": km(one.distance_m), "place": one.place, "of": len(ranked)}
        for one in ranked
    }


def _ranked(answers: Answers) -> list[Guess]:
    """Everybody's best guess; nobody's while nothing is known to be right."""
    targets = answers.context.targets
    if not targets:
        return []
    people = ((one.person, (one.lat, one.lng)) for one in answers.answers)
    return ranking(people, target_of(targets))
