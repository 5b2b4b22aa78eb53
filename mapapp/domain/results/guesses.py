"""Guessing a place: how far each answer is from what is right, and the places for it.

Speed counts for nothing: nothing here knows a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, pi

from mapapp.domain.results.sphere import (
    EARTH_RADIUS_M,
    TINY,
    Position,
    Vector,
    angle,
    cross,
    dot,
    exp,
    length,
    log,
    plus,
    position_of,
    unit,
    vector,
)


@dataclass(slots=True, frozen=True)
class Guess:
    """Somebody's best answer: its distance from the nearest accepted position.

    `nearest` is that position, for a line on the map; it is the answer itself inside an
    accepted area. `place` starts at 1.
    """

    person: int
    answer: Position
    nearest: Position
    distance_m: float
    place: int


class Area:
    """A simple polygon on the sphere; its edges are great circles.

    The ring may be open or closed, in either direction, across the antimeridian or
    around a pole. Raises ValueError for fewer than three corners, or where these do not
    lie within one hemisphere: then inside and outside cannot be told apart.
    """

    def __init__(self, ring: Sequence[Position]) -> None:
        corners = [vector(position) for position in ring]
        corners = [b for a, b in pairwise([*corners[-1:], *corners]) if angle(a, b) > TINY]
        if len(corners) < 3:
            raise ValueError("An area needs at least three corners.")
        total = (0.0, 0.0, 0.0)
        for corner in corners:
            total = plus(total, corner)
        if any(dot(total, corner) <= TINY for corner in corners):
            raise ValueError("An area must be smaller than half of the world.")
        self._centre = unit(total)
        self._edges = tuple(pairwise([corners[-1], *corners]))

    def contains(self, v: Vector) -> bool:
        """Whether the ring goes around this unit vector."""
        # All of the area is in the hemisphere of its corners, so that the antipode of
        # a point there is outside, and only one of the two can be gone around.
        if dot(v, self._centre) <= 0:
            return False
        turned = sum(_turn(v, a, b) for a, b in self._edges)
        return abs(turned) > pi

    def nearest(self, v: Vector) -> Vector:
        """The unit vector in the area that is nearest to this one."""
        if self.contains(v):
            return v
        return min(
            (_nearest_on_edge(v, a, b) for a, b in self._edges), key=lambda found: angle(v, found)
        )


@dataclass(slots=True, frozen=True)
class Circle:
    """Everywhere at most `radius_m` metres from a position."""

    position: Position
    radius_m: float

    def nearest(self, v: Vector) -> Vector:
        """The unit vector in the circle that is nearest to this one."""
        centre = vector(self.position)
        beyond = angle(centre, v) - self.radius_m / EARTH_RADIUS_M
        if beyond <= 0:
            return v
        towards = log(centre, v)
        size = length(towards)
        return exp(centre, plus((0.0, 0.0, 0.0), towards, 1 - beyond / size))


@dataclass(slots=True, frozen=True)
class Target:
    """What counts as right: any of these positions, and anywhere in these areas."""

    positions: tuple[Position, ...] = ()
    areas: tuple[Area | Circle, ...] = ()

    def nearest(self, answer: Position) -> tuple[Position, float]:
        """The accepted position nearest to an answer, and its distance in metres.

        Raises ValueError if nothing is accepted.
        """
        v = vector(answer)
        found = [(angle(v, vector(position)), position) for position in self.positions]
        for area in self.areas:
            closest = area.nearest(v)
            if closest is v:
                return answer, 0.0
            found.append((angle(v, closest), position_of(closest)))
        if not found:
            raise ValueError("There is nothing to guess.")
        nearest = min(found)
        return nearest[1], nearest[0] * EARTH_RADIUS_M


def target_of(targets: Iterable[tuple[float, float, float]]) -> Target:
    """The target of latitudes, longitudes and radii in kilometres."""
    return Target(areas=tuple(Circle((lat, lng), radius * 1000) for lat, lng, radius in targets))


def ranking(answers: Iterable[tuple[int, Position]], target: Target) -> list[Guess]:
    """Everybody's best answer, the nearest first; people with equal distances share a place.

    Places are 1, 2, 2, 4. Distances are equal if they are the same whole number of
    metres: nobody can aim better. `answers` are people's numbers with a position each.
    """
    best: dict[int, tuple[float, Position, Position]] = {}
    for person, answer in answers:
        nearest, distance = target.nearest(answer)
        if person not in best or distance < best[person][0]:
            best[person] = distance, answer, nearest
    ranked: list[Guess] = []
    in_order = sorted(best.items(), key=lambda item: (round(item[1][0]), item[0]))
    for count, (person, (distance, answer, nearest)) in enumerate(in_order, start=1):
        ties = bool(ranked) and round(ranked[-1].distance_m) == round(distance)
        place = ranked[-1].place if ties else count
        ranked.append(Guess(person, answer, nearest, distance, place))
    return ranked


def podium(ranked: Iterable[Guess], steps: int = 3) -> list[list[Guess]]:
    """The people in the places 1 to `steps`, grouped by place; no group is empty.

    With two winners there is nobody in the second place: the next group is the third.
    """
    groups: list[list[Guess]] = []
    for guess in ranked:
        if guess.place > steps:
            break
        if not groups or groups[-1][0].place != guess.place:
            groups.append([])
        groups[-1].append(guess)
    return groups


def _turn(v: Vector, a: Vector, b: Vector) -> float:
    """The angle by which one turns at `v` while looking from `a` to `b`, from -pi to pi."""
    # The components along v make no difference to the first and are taken out of the second.
    return atan2(dot(v, cross(a, b)), dot(a, b) - dot(a, v) * dot(b, v))


def _nearest_on_edge(v: Vector, a: Vector, b: Vector) -> Vector:
    """The point nearest to `v` on the shorter great circle from `a` to `b`."""
    pole = unit(cross(a, b))
    below = plus(v, pole, -dot(v, pole))
    if length(below) > TINY:
        foot = unit(below)
        if dot(cross(a, foot), pole) >= 0 and dot(cross(foot, b), pole) >= 0:
            return foot
    return min(a, b, key=lambda corner: angle(v, corner))
