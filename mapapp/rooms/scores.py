"""What single answers come to, for exports: the zone, the distance of a guess, its place."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from mapapp.domain.activity import Activity
from mapapp.domain.results.context import context_of
from mapapp.domain.results.guesses import target_of
from mapapp.domain.results.sphere import Position
from mapapp.domain.results.units import km


@dataclass(frozen=True, slots=True)
class Score:
    """`zone` is its id, "" for none; `km` and `place` are None where nobody guesses."""

    zone: str = ""
    zone_label: str = ""
    km: float | None = None
    place: int | None = None


class Scores:
    """Scores the answers to one activity.

    `guesses` are all people's, where there is something to guess; of these only the
    distances are kept, so that 10,000 take 80 kB.
    """

    def __init__(self, activity: Activity, guesses: Iterable[Position]) -> None:
        context = context_of(activity, revealed=True)
        self._labels = {zone.id: zone.label for zone in activity.surface.zones}
        self._zones = context.zones
        self._target = target_of(context.targets) if context.targets else None
        # In whole metres: people with equal ones share a place (`guesses.ranking`).
        self._metres = array("d", sorted(self._distance(guess) for guess in guesses))

    @property
    def is_guess(self) -> bool:
        """Whether there is something to guess."""
        return self._target is not None

    def of(self, answer: Position, *, counts: bool) -> Score:
        """The score of one answer. It has a place only if it `counts`, as hosts' do not."""
        zone = next((zone.id for zone in self._zones if zone.contains(*answer)), "")
        if self._target is None or not counts:
            return Score(zone, self._labels.get(zone, ""))
        metres = self._distance(answer)
        place = bisect_left(self._metres, metres) + 1
        return Score(zone, self._labels.get(zone, ""), km(metres), place)

    def _distance(self, answer: Position) -> float:
        return 0.0 if self._target is None else round(self._target.nearest(answer)[1])
