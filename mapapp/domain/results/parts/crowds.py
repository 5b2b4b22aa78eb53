"""The clusters of a crowd, for a map that is too full to read."""

from __future__ import annotations

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.clusters import crowds
from mapapp.domain.results.parts.declaration import Fields, part
from mapapp.domain.results.sphere import Position, length, plus, position_of, vector
from mapapp.domain.results.units import degrees

_MOST = 12
# With fewer people one sees who is with whom.
_CROWD = 12
# A cluster has at least this share of the people, and three of them.
_LEAST_SHARE, _LEAST = 0.02, 3
# People are together who are this much closer than half of the room is to its middle.
# If that joins most of the room in one cluster, which says no more than the middle does,
# they have to be closer.
_REACHES = 0.16, 0.08, 0.04, 0.02, 0.01
_MOST_SHARE = 0.6


@part
def clusters(answers: Answers) -> Fields:
    """The largest clusters, each with its middle and its people. Zones make them needless."""
    middle = answers.middle
    if middle is None or len(answers.of_person) < _CROWD or answers.context.zones:
        return {}
    # By position, because markers of one person at one place are one.
    people = sorted({(one.lat, one.lng, one.person) for one in answers.answers})
    positions = [(lat, lng) for lat, lng, _ in people]
    least = max(_LEAST, len(people) * _LEAST_SHARE)
    for reach in _REACHES:
        groups = crowds(positions, max(middle.radius_m * reach, 1.0))
        if max(map(len, groups)) <= len(people) * _MOST_SHARE:
            break
    else:
        return {}
    largest = sorted(
        (group for group in groups if len(group) >= least),
        key=lambda group: (-len(group), min(group)),
    )
    return {
        "clusters": [
            {"lat": lat, "lng": lng, "count": len(group)}
            for group in largest[:_MOST]
            for lat, lng in [degrees(_mean(group))]
        ]
    }


def _mean(group: list[Position]) -> Position:
    """The mean direction. A cluster is small, so that it has one."""
    total = (0.0, 0.0, 0.0)
    for position in sorted(group):
        total = plus(total, vector(position))
    return position_of(total) if length(total) > 0 else group[0]
