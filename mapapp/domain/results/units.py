"""Numbers as results tell them: kilometres to the metre, degrees to a tenth of one."""

from __future__ import annotations

from mapapp.domain.results.sphere import Position


def km(metres: float) -> float:
    """Metres in kilometres, to the metre."""
    return round(metres / 1000, 3)


def degrees(position: Position) -> Position:
    """Rounded to six decimals, which are 0.11 m."""
    return round(position[0], 6) + 0.0, round(position[1], 6) + 0.0
