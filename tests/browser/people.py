"""The people in a venue, as page objects: what each of them does and sees."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.eyes import COLOURS, Eyes, Point
from tests.browser.finger import Finger
from tests.browser.watch import Watch

# A free place in the middle of the map, on a phone (CSS pixels).
MIDDLE = Point(150, 340)

_MARKER_SENTENCE = re.compile(
    r"(?:^|, )(?P<colour>[a-z ]+) (?:circle|square|triangle|diamond|star|cross|hexagon|drop)"
    r", (?P<place>[0-9.]+° [NS], [0-9.]+° [EW])$"
)


# What the remote offers in its settings, and not at once.
IN_SETTINGS = {"Question", "Title", "Remotes", "Close map"}


class Visitor:
    """Somebody with a page of a room open."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.watch = watch
        self.eyes = Eyes(page)

    @property
    def question(self) -> Locator:
        return self.page.locator("#question")

    @property
    def banner(self) -> Locator:
        """How the connection is, when it is not simply there."""
        return self.page.locator("#banner")

    @property
    def ending(self) -> Locator:
        """Why it is over for this page."""
        return self.page.get_by_role("alertdialog")

    def wait_live(self) -> None:
        """Wait until the map is there and the connection stands."""
        self.page.locator(".marker-canvas").wait_for(state="attached")
        expect(self.banner).to_be_hidden()

    def look_at(self) -> None:
        """Bring this tab to the front: in those behind it, browsers hardly draw."""
        self.page.bring_to_front()

    def wait_heard(self, sentence: str) -> None:
        """Wait until a screen reader has been told this, as a whole or as a part."""
        self.page.wait_for_function(
            "part => eyes.heard.some((s) => s.includes(part))", arg=sentence
        )

    def heard(self) -> list[str]:
        """All that a screen reader has been told so far."""
        sentences: list[str] = self.page.evaluate("eyes.heard")
        return sentences

    def reload(self) -> None:
        self.page.reload()
        self.wait_live()


class Screen(Visitor):
    """The projector page."""

    @property
    def people(self) -> Locator:
        return self.page.locator("#people-count")

    @property
    def waiting(self) -> Locator:
        return self.page.locator("#waiting")

    def show_results(self) -> None:
        self.page.get_by_role("button", name="Results as text").click()

    def result(self, row: int = 0) -> Locator:
        """A row of the result as text, newest marker first."""
        return self.page.locator("#results-rows tr").nth(row)


class WithMarkers(Visitor):
    """Somebody who can choose and move markers."""

    @property
    def save_state(self) -> Locator:
        return self.page.locator("#save-state")

    @property
    def hint(self) -> Locator:
        """What to do now, under the question."""
        return self.page.locator("#hint")

    @property
    def stressed_hint(self) -> Locator:
        """The hint, while it stands out because somebody has just tried something else."""
        return self.page.locator("#hint.is-stressed")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#notice")

    @property
    def move_here(self) -> Locator:
        """The offer to move one's marker to the place that was tapped."""
        return self.page.locator("#move-here-button")

    @property
    def marker(self) -> Locator:
        """The marker that this person has a handle on: their own, or the chosen one."""
        return self.page.locator(".marker-handle")

    def colour(self) -> str:
        """The name of the colour of that marker."""
        return self._said_of_marker("colour")

    def place(self) -> str:
        """Where it is, to a tenth of a degree, as the page says it."""
        return self._said_of_marker("place")

    def list_entry(self, name: str | re.Pattern[str] | None = None) -> Locator:
        """The entries of the list of all markers, or those that are called so."""
        return self.page.locator("#list").get_by_role("option", name=name)

    def choose_from_list(self, name: str | re.Pattern[str]) -> None:
        """Choose a marker by its name in the list of all markers."""
        self.page.locator("#list-button").click()
        self.list_entry(name).click()
        expect(self.marker).to_be_visible()

    def colour_in_list(self, name: str) -> str:
        """The name of the colour of the marker that is called so in the list of all markers."""
        self.page.locator("#list-button").click()
        option = self.list_entry(name)
        fill = option.locator("path").get_attribute("fill") or ""
        self.page.locator("#list-close").click()
        rgb = tuple(bytes.fromhex(fill.removeprefix("#")))
        return next(name for name, colour in COLOURS.items() if colour == rgb)

    def close_sheet(self) -> None:
        self.page.locator("#marker-close").click()

    def wait_saved(self) -> None:
        expect(self.save_state).to_have_attribute("data-state", "saved")

    def _said_of_marker(self, part: str) -> str:
        sentence = self.marker.get_attribute("aria-label") or ""
        found = _MARKER_SENTENCE.search(sentence)
        assert found is not None, sentence
        return found[part]


class Phone(WithMarkers):
    """Somebody in the audience with a phone."""

    def __init__(self, page: Page, watch: Watch) -> None:
        super().__init__(page, watch)
        self.finger = Finger(page)

    @property
    def name(self) -> str:
        """The name that this person was given."""
        field = self.page.locator("#name")
        expect(field).not_to_be_empty()
        return field.inner_text()

    def place_marker(self, at: Point = MIDDLE) -> str:
        """Tap a free place and wait until the marker is stored; return its colour."""
        self.finger.tap(at)
        expect(self.marker).to_be_visible()
        self.wait_saved()
        return self.colour()

    def lift(self, colour: str, way: tuple[float, float]) -> Point:
        """Put the finger on a marker and move it so far, without letting go.

        Returns where this phone draws the marker now: a little above the finger.
        """
        start = self.eyes.wait_still(colour)
        self.finger.down(start)
        self.finger.move(start.moved(*way))
        self.eyes.wait_away_from(colour, start, by=20)
        return self.eyes.wait_still(colour)

    def drag_on(self, colour: str, way: tuple[float, float]) -> Point:
        """Move the finger that is down so far, and return where the marker is drawn now."""
        start = self.eyes.wait_still(colour)
        self.finger.move(self.finger.at.moved(*way))
        self.eyes.wait_away_from(colour, start, by=20)
        return self.eyes.wait_still(colour)

    def drag(self, colour: str, way: tuple[float, float]) -> Point:
        """A whole drag; returns where this phone draws the marker afterwards."""
        there = self.lift(colour, way)
        self.finger.up()
        return there


class Laptop(WithMarkers):
    """Somebody in the audience with a mouse and a keyboard."""


class Remote(WithMarkers):
    """The host's remote, on a phone."""

    def __init__(self, page: Page, watch: Watch) -> None:
        super().__init__(page, watch)
        self.finger = Finger(page)

    def press(self, name: str) -> None:
        """Press a button; those that are in the settings are looked for there."""
        button = self.page.get_by_role("button", name=name, exact=True)
        if name in IN_SETTINGS and not button.is_visible():
            self.page.locator("#settings-button").click()
        button.click()

    @property
    def next(self) -> Locator:
        """The one big button, by what it will do."""
        return self.page.locator("#next-label")

    @property
    def stage(self) -> Locator:
        return self.page.locator("#stage")

    def take_step(self, label: str) -> None:
        """Press the big button once it says so, and wait until it says something else."""
        expect(self.next).to_have_text(label)
        # A moment after a step a press counts as the second half of a double press.
        expect(self.page.locator("#next")).to_have_attribute("data-ready", "true")
        self.page.locator("#next").click()
        expect(self.next).not_to_have_text(label)

    def confirm(self, name: str) -> None:
        """Say yes, by this button's name, to "are you sure?"."""
        self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
