"""The middle of the room, and how far each is from it."""

from __future__ import annotations

from collections.abc import Mapping

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.parts.declaration import Fields, part, personal
from mapapp.domain.results.sphere import distance_m
from mapapp.domain.results.units import degrees, km


@part
def centre(answers: Answers) -> Fields:
    """The middle, and an ellipse that half of the people are in."""
    found = answers.middle
    if found is None:
        return {"middle": None, "ellipse": None}
    lat, lng = degrees(found.position)
    ellipse = found.ellipse
    return {
        "middle": {"lat": lat, "lng": lng, "half_km": km(found.radius_m)},
        "ellipse": None
        if ellipse is None
        else {
            "lat": lat,
            "lng": lng,
            "major_km": km(ellipse.major_m),
            "minor_km": km(ellipse.minor_m),
            "bearing": round(ellipse.bearing, 1),
        },
    }


@personal
def from_the_middle(answers: Answers) -> Mapping[int, Fields]:
    """The distance of one's nearest marker from the middle; of one person alone there is none."""
    found = answers.middle
    if found is None or len(answers.of_person) < 2:
        return {}
    return {
        person: {
            "middle_km": km(min(distance_m(found.position, (one.lat, one.lng)) for one in theirs))
        }
        for person, theirs in answers.of_person.items()
    }
