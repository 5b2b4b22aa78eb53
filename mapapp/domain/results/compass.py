"""The eight directions that people say."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """A direction as a value; the words are the page's business."""

    NORTH = "n"
    NORTH_EAST = "ne"
    EAST = "e"
    SOUTH_EAST = "se"
    SOUTH = "s"
    SOUTH_WEST = "sw"
    WEST = "w"
    NORTH_WEST = "nw"


_CLOCKWISE = tuple(Direction)


def direction(bearing: float) -> Direction:
    """The direction nearest to a bearing in degrees, which may be any finite number."""
    return _CLOCKWISE[round(bearing / 45) % 8]
