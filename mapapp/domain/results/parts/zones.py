"""How many people are in each zone of the surface."""

from __future__ import annotations

from collections.abc import Mapping

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.parts.declaration import Fields, part, personal

NO_ZONE = ""


@part
def zones(answers: Answers) -> Fields:
    """The people in each zone, in the surface's order; at the end those in none.

    Somebody with markers in two zones counts for both.
    """
    if not answers.context.zones:
        return {}
    people = dict.fromkeys([*(zone.id for zone in answers.context.zones), NO_ZONE], 0)
    for theirs in answers.of_person.values():
        for zone in {zone_at(answers, one.lat, one.lng) for one in theirs}:
            people[zone] += 1
    return {"zones": [[zone, count] for zone, count in people.items()]}


@personal
def own_zone(answers: Answers) -> Mapping[int, Fields]:
    """The zone of one's (first) marker."""
    if not answers.context.zones:
        return {}
    return {
        person: {"zone": zone_at(answers, theirs[0].lat, theirs[0].lng)}
        for person, theirs in answers.of_person.items()
    }


def zone_at(answers: Answers, lat: float, lng: float) -> str:
    """The first zone that contains a position, NO_ZONE if none does."""
    return next((zone.id for zone in answers.context.zones if zone.contains(lat, lng)), NO_ZONE)
