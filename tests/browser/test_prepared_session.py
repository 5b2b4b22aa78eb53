"""A session is prepared in the editor, and then led from wherever the presenter stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.editing import ORDER, activities, opened, prepare
from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, create_room


@pytest.fixture(autouse=True)
def indexed(places_folder: Path) -> None:
    """The servers of these tests find places from the beginning."""


class Led:
    """The presenter's remote and screen, in the browser in which the session was prepared."""

    def __init__(self, venue: Venue, room: Room, page: Page) -> None:
        context = page.context
        remote, screen = context.new_page(), context.new_page()
        remote.set_viewport_size(PHONE)
        screen.set_viewport_size(PROJECTOR)
        remote.goto(f"{room.join_url}/host")
        screen.goto(room.screen_url)
        self.host = venue.visitor(Remote, remote)
        self.screen = venue.visitor(Screen, screen)
        self.host.wait_live()
        self.screen.wait_live()

    def press(self, on: str, key: str, label: str) -> None:
        """Take the step that the big button names, by a key on the screen or the remote."""
        host = self.host
        expect(host.next).to_have_text(label)
        self._wait_ready()
        page = self.screen.page if on == "screen" else host.page
        page.bring_to_front()
        page.keyboard.press(key)
        expect(host.next).not_to_have_text(label)

    def back(self, on: str, key: str, question: str) -> None:
        self._wait_ready()
        page = self.screen.page if on == "screen" else self.host.page
        page.bring_to_front()
        page.keyboard.press(key)
        expect(self.screen.question).to_have_text(question)
        expect(self.host.question).to_have_text(question)

    def _wait_ready(self) -> None:
        """A press right after a step would be the second half of a double press."""
        expect(self.host.page.locator("#next")).to_have_attribute("data-ready", "true")
        expect(self.screen.page.locator("body")).not_to_have_class(re.compile("is-stepping"))


def answers(phone: Phone) -> list[str]:
    """This person's markers, each with its look and its place."""
    labels = phone.page.locator(".marker-handle").evaluate_all(
        "handles => handles.map((handle) => handle.getAttribute('aria-label'))"
    )
    return sorted(map(str, labels))


def test_what_was_prepared_is_led_by_remote_clicker_and_keyboard_and_back_again(
    venue: Venue, server: ServerProcess
) -> None:
    """L1: five questions of four kinds, as they were left; each keeps its markers."""
    room = create_room(server, question=ORDER[0])
    editor = opened(venue, room)
    prepare(editor)
    editor.reload()
    expect(editor.questions).to_have_text(ORDER)
    stored = activities(server, room)
    assert [one["kind"] for one in stored] == ["own", "zones", "guess", "own", "shared"]
    assert stored[3]["settings"] == {"markers_each": 2, "hidden": True, "seconds": 0}

    led, phone = Led(venue, room, editor.page), venue.phone(room)
    host, given = led.host, {}

    def note(question: str, count: int) -> None:
        expect(phone.page.locator(".marker-handle")).to_have_count(count)
        phone.wait_saved()
        given[question] = answers(phone)

    phone.place_marker()
    note(ORDER[0], 1)
    host.take_step("Show the result")
    # Next, by each of the three.
    host.take_step(f"Next: {ORDER[1]}")
    led.press("screen", "PageDown", "Open answers")
    phone.page.locator("#aim-button").click()
    phone.page.get_by_role("radio", name="Agree", exact=True).click()
    note(ORDER[1], 1)
    led.press("remote", "ArrowRight", "Show the result")
    led.press("screen", "PageDown", f"Next: {ORDER[2]}")
    host.take_step("Open answers")
    phone.place_marker(MIDDLE.moved(30, -60))
    note(ORDER[2], 1)
    led.press("screen", "ArrowRight", "Close answers")
    led.press("remote", "PageDown", "Reveal")
    led.press("remote", "ArrowRight", f"Next: {ORDER[3]}")
    led.press("screen", "PageDown", "Open answers")
    for at in (MIDDLE, MIDDLE.moved(60, 80)):
        phone.finger.tap(at)
        phone.wait_saved()
    note(ORDER[3], 2)
    host.take_step("Close answers")
    led.press("screen", "PageDown", "Reveal")
    led.press("screen", "PageDown", f"Next: {ORDER[4]}")
    expect(phone.question).to_have_text(ORDER[4])
    expect(phone.page.locator(".marker-handle")).to_have_count(0)

    # Back again, by each of the three.
    ways = [("screen", "PageUp"), ("remote", "ArrowLeft"), ("screen", "ArrowLeft")]
    for question, (on, key) in zip(reversed(ORDER[1:4]), ways, strict=True):
        led.back(on, key, question)
        expect(phone.question).to_have_text(question)
        expect(phone.page.locator(".marker-handle")).to_have_count(len(given[question]))
        assert answers(phone) == given[question]
    led._wait_ready()
    host.page.get_by_role("button", name=f"Back to: {ORDER[0]}").click()
    expect(phone.question).to_have_text(ORDER[0])
    expect(phone.page.locator(".marker-handle")).to_have_count(1)
    assert answers(phone) == given[ORDER[0]]
    expect(host.next).to_have_text(f"Next: {ORDER[1]}")
