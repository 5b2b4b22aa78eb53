"""A whole session without a pointer and without eyes: join, guess, zones, second round, result.

Everybody presses keys alone, the focus is never lost, and each step is heard. axe looks at
every page in every phase (WCAG 2.1.1, 2.4.3, 2.4.7, 4.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.people import Phone, Remote, Screen, Visitor
from tests.browser.questions import AGREE, EUROPE, OSLO
from tests.browser.test_keyboard import MANY, focus_name, tab_to
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, create_room

SESSION: list[dict[str, Any]] = [
    {
        "kind": "guess",
        "question": "Where was the first cap made?",
        "surface": {**EUROPE, "names": True},
        "settings": {"targets": [[52.255, 6.1639, 30]], "answer": "Deventer"},
    },
    {**OSLO, "settings": {**OSLO["settings"], "seconds": 25}},
    AGREE,
]


@pytest.fixture(autouse=True)
def indexed(places_folder: Path) -> None:
    """The servers of these tests find places from the beginning."""


class Axe:
    """Collects what axe finds on each page in each phase, so that one run shows all of it."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.pages: dict[str, Page] = {}

    def look(self, phase: str, **pages: Page) -> None:
        for name, page in (self.pages | pages).items():
            if found := violations(page):
                self.found[f"{name}, {phase}"] = found


@pytest.fixture
def axe() -> Iterator[Axe]:
    axe = Axe()
    yield axe
    assert axe.found == {}


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, title="Geography", activities=SESSION)


def heard_since(visitor: Visitor, count: int, sentence: str) -> None:
    """Wait until a screen reader has been told this since it had been told so many sentences."""
    visitor.page.wait_for_function(
        "([count, part]) => eyes.heard.slice(count).some((said) => said.includes(part))",
        arg=[count, sentence],
    )


class Steps:
    """The presenter: the big button by Enter, or a key of a clicker on the screen."""

    def __init__(self, host: Remote, screen: Screen, phone: Phone) -> None:
        self.host, self.screen, self.phone = host, screen, phone

    def enter(self, label: str, heard: str) -> None:
        """Press Enter on the big button, which keeps the focus; the phone hears of it."""
        page, count = self.host.page, len(self.phone.heard())
        expect(self.host.next).to_have_text(label)
        expect(page.locator("#next")).to_have_attribute("data-ready", "true")
        expect(page.locator("#next")).to_be_focused()
        page.keyboard.press("Enter")
        expect(self.host.next).not_to_have_text(label)
        heard_since(self.phone, count, heard)
        self.nobody_is_lost()

    def page_down(self, label: str, heard: str) -> None:
        """The same step by a clicker at the screen."""
        count = len(self.phone.heard())
        expect(self.host.next).to_have_text(label)
        expect(self.host.page.locator("#next")).to_have_attribute("data-ready", "true")
        expect(self.screen.page.locator("body")).not_to_have_class(re.compile("is-stepping"))
        self.screen.page.keyboard.press("PageDown")
        expect(self.host.next).not_to_have_text(label)
        heard_since(self.phone, count, heard)
        self.nobody_is_lost()

    def nobody_is_lost(self) -> None:
        for page in (self.phone.page, self.host.page):
            focus_name(page)


def joined(venue: Venue, room: Room, axe: Axe) -> Phone:
    """Somebody types six digits on the front page."""
    page = venue.page(room.origin, PHONE)
    axe.look("before joining", home=page)
    tab_to(page, "Have a code?")
    page.keyboard.type(room.code)
    page.wait_for_url(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    return phone


def presenter(venue: Venue, room: Room) -> tuple[Remote, Screen]:
    """The remote with the focus on its big button, and the screen in the same browser."""
    host = venue.remote(room)
    host.page.wait_for_url(re.compile(r"/host$"))
    tab_to(host.page, re.compile("^Close answers"))
    page = host.page.context.new_page()
    page.set_viewport_size(PROJECTOR)
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    return host, screen


def tab_to_part(page: Page, label: str) -> None:
    """Press Tab until the part of the page with this label has the focus."""
    for _press in range(MANY):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == label:
            return
    raise AssertionError(f"Tab never came to {label!r}")


def guess_by_search(phone: Phone, axe: Axe) -> None:
    """Name the place: "Deventer" is found, chosen and answered."""
    page = phone.page
    tab_to(page, "Place precisely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Place here")).to_be_focused()
    search = page.get_by_role("combobox", name="Search a place")
    expect(search).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(search).to_be_focused()
    page.keyboard.type("Deventer")
    phone.wait_heard("found.")
    axe.look("searching a place", phone=page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    phone.wait_heard("Deventer, The Netherlands")
    phone.wait_heard("Your marker is on the map.")
    phone.wait_saved()
    focus_name(page)


def guess_by_crosshair(phone: Phone, axe: Axe) -> None:
    """Move the map under the crosshair with the arrow keys; Enter places the marker."""
    page, count = phone.page, len(phone.heard())
    tab_to_part(page, "Map")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "+"):
        page.keyboard.press(key)
    axe.look("aiming", phone=page)
    page.keyboard.press("Enter")
    heard_since(phone, count, "Your marker is on the map.")
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    focus_name(page)


def choose_from_zones(phone: Phone, axe: Axe, *keys: str) -> None:
    """Choose from the list of zones: the arrow keys look for one, Enter goes there."""
    page = phone.page
    tab_to(page, "Choose one")
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Do you agree?")
    expect(group.get_by_role("radio").and_(page.locator(":focus"))).to_have_count(1)
    axe.look("choosing a zone", phone=page)
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    phone.wait_saved()
    expect(page.get_by_role("button", name="Choose one")).to_be_focused()


def test_a_whole_session_with_keys_alone_is_heard_from_join_to_result(
    venue: Venue, room: Room, axe: Axe
) -> None:
    phone = joined(venue, room, axe)
    host, screen = presenter(venue, room)
    axe.pages = {"phone": phone.page, "remote": host.page, "screen": screen.page}
    steps = Steps(host, screen, phone)
    axe.look("answers are open")

    guess_by_search(phone, axe)
    steps.enter("Close answers", "Answers are closed. They are hidden until")
    axe.look("closed")
    steps.enter("Reveal", "You found it: place 1 of 1.")
    for page in (host, screen):
        page.look_at()
        page.wait_heard(f"{phone.name} found Deventer.")
    axe.look("revealed")

    steps.page_down("Next: Where is Oslo?", "New question: Where is Oslo? Wait until")
    axe.look("not open yet")
    steps.page_down("Open answers", "You can answer now.")
    guess_by_crosshair(phone, axe)
    axe.look("a timer is running")
    phone.wait_heard("10 seconds left.")
    host.look_at()
    host.wait_heard("10 seconds left.")
    # At the bell it closes by itself.
    expect(host.next).to_have_text("Reveal", timeout=60_000)
    steps.nobody_is_lost()
    steps.page_down("Reveal", "km away: place 1 of 1.")
    axe.look("revealed after the bell")

    steps.enter("Next: Do you agree?", "New question: Do you agree?")
    steps.enter("Open answers", "You can answer now.")
    choose_from_zones(phone, axe, "ArrowDown")
    phone.wait_heard("Your marker is on the map, in “Agree”.")
    expect(phone.marker).to_have_attribute("aria-label", re.compile("in “Agree”"))
    steps.enter("Show the result", "You chose “Agree”.")
    host.look_at()
    host.wait_heard("“Agree” leads with 1 of 1.")
    axe.look("the result of the zones")

    tab_to(host.page, "Second round")
    count = len(phone.heard())
    host.page.keyboard.press("Enter")
    heard_since(phone, count, "Second round: you can change your answer.")
    steps.nobody_is_lost()
    choose_from_zones(phone, axe, "ArrowUp")
    phone.wait_heard("in “Disagree”")
    axe.look("the second round")
    steps.page_down("Show the result", "You chose “Disagree”.")
    phone.wait_heard("You have moved.")

    tab_to(screen.page, "Results as text")
    screen.page.keyboard.press("Enter")
    words = screen.page.locator("#results-words")
    expect(words).to_contain_text("“Disagree” leads with 1 of 1.")
    tab_to_part(screen.page, "Result and table of markers")
    axe.look("the result as text")
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("button", name="Results as text")).to_be_focused()
