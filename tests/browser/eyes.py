"""What a person sees of the map: the markers, by their colour, in the picture itself."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("eyes.js")

# The names that the pages give them, and their red, green and blue.
COLOURS = {
    "vermilion": (0xD5, 0x5E, 0x00),
    "blue": (0x00, 0x72, 0xB2),
    "green": (0x00, 0x9E, 0x73),
    "yellow": (0xF0, 0xE4, 0x42),
    "pink": (0xCC, 0x79, 0xA7),
    "sky blue": (0x56, 0xB4, 0xE9),
    "orange": (0xE6, 0x9F, 0x00),
    "black": (0x1A, 0x1A, 0x1A),
}

# How often to look at a picture that is waited for, in milliseconds.
LOOK_EVERY = 50


class Point(NamedTuple):
    """CSS pixels of a page, from its upper left corner."""

    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Point:
        return Point(self.x + dx, self.y + dy)

    def distance(self, other: Point) -> float:
        return float(((self.x - other.x) ** 2 + (self.y - other.y) ** 2) ** 0.5)


class Eyes:
    """Looks at the map of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def find(self, colour: str) -> Point | None:
        """Where the marker of this colour is drawn now, if there is one."""
        found = self._page.evaluate("colour => eyes.see(colour)", COLOURS[colour])
        return Point(found["x"], found["y"]) if found else None

    def wait_for(self, colour: str) -> Point:
        """Wait until a marker of this colour is drawn, and return where."""
        self._wait("colour => eyes.see(colour) !== null", COLOURS[colour])
        found = self.find(colour)
        assert found is not None
        return found

    def wait_still(self, colour: str) -> Point:
        """Wait until it does not move any more, and return where it is drawn."""
        found = self._page.evaluate("colour => eyes.seesStill(colour)", COLOURS[colour])
        return Point(found["x"], found["y"])

    def wait_gone(self, colour: str) -> None:
        """Wait until no marker of this colour is drawn."""
        self._wait("colour => eyes.see(colour) === null", COLOURS[colour])

    def wait_at(self, colour: str, place: Point, within: float = 2.0) -> None:
        """Wait until it is drawn here, give or take so many CSS pixels."""
        self._wait("eyes.seesAt", [COLOURS[colour], place.x, place.y, within])

    def wait_away_from(self, colour: str, place: Point, by: float) -> Point:
        """Wait until it is drawn farther from here than so many CSS pixels; return where."""
        self._wait("eyes.seesAwayFrom", [COLOURS[colour], place.x, place.y, by])
        found = self.find(colour)
        assert found is not None
        return found

    def start_watching(self, colour: str) -> None:
        """Note from now on, in every frame, where it is drawn."""
        self._page.evaluate("colour => eyes.startWatching(colour)", COLOURS[colour])

    def stop_watching(self, colour: str) -> list[Point | None]:
        """Where it was drawn in each frame since `start_watching`; None where it was not."""
        seen = self._page.evaluate("colour => eyes.stopWatching(colour)", COLOURS[colour])
        return [Point(at["x"], at["y"]) if at else None for at in seen]

    def _wait(self, condition: str, argument: object) -> None:
        self._page.wait_for_function(condition, arg=argument, polling=LOOK_EVERY)
