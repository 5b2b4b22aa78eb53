"""A session on stage: one thumb leads a room through its questions, and everybody follows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Remote, Screen
from tests.browser.questions import HIDDEN, OPEN, stage
from tests.browser.venue import Room, Venue


def own_screen(venue: Venue, host: Remote, room: Room) -> Screen:
    """The screen in the presenter's own browser, which keeps the host key."""
    host.page.wait_for_url(re.compile(r"/host$"))
    page = host.page.context.new_page()
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    return screen


def test_the_big_button_leads_through_hidden_answers_and_on(
    venue: Venue, server: ServerProcess
) -> None:
    """L1, X1: each press does what the button says, and everybody sees the same."""
    room = stage(server, HIDDEN, OPEN)
    screen, host = venue.screen(room), venue.remote(room)
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    expect(host.page.locator("#answered")).to_have_text("1 of 2 have answered")
    expect(screen.page.locator("#answered")).to_have_text("1 of 2 have answered")
    expect(ada.page.locator("#secret")).to_be_visible()
    expect(screen.page.locator("#stage")).to_have_text(
        "Answers are hidden until the presenter reveals them"
    )
    host.eyes.wait_for(colour)
    assert screen.eyes.find(colour) is None
    assert ben.eyes.find(colour) is None

    host.take_step("Close answers")
    expect(ada.hint).to_have_text("Answers are closed. The presenter is about to reveal them.")
    ben.finger.tap(MIDDLE)
    expect(ben.stressed_hint).to_contain_text("Answers are closed.")

    host.take_step("Reveal")
    screen.eyes.wait_for(colour)
    ben.eyes.wait_for(colour)
    expect(ada.page.locator("#secret")).to_be_hidden()

    host.take_step("Next: Where do you live?")
    for visitor in (screen, ada, ben):
        expect(visitor.question).to_have_text("Where do you live?")
    expect(ada.hint).to_have_text("Get ready. Answers open in a moment.")
    ada.wait_heard("New question: Where do you live?")
    host.take_step("Open answers")
    expect(ada.hint).to_have_text("Tap the map to place your marker.")
    host.take_step("Show the result")
    expect(host.next).to_have_text("That was the last question")


def test_back_again_the_markers_are_as_they_were(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, OPEN, {**OPEN, "question": "Where did you grow up?"})
    host, ada = venue.remote(room), venue.phone(room)
    colour = ada.place_marker()
    start = ada.eyes.wait_still(colour)
    host.take_step("Show the result")
    host.take_step("Next: Where did you grow up?")
    host.take_step("Open answers")
    expect(ada.marker).to_have_count(0)
    ada.place_marker(MIDDLE.moved(60, 60))

    host.page.get_by_role("button", name="Back to: Where do you live?").click()
    expect(ada.question).to_have_text("Where do you live?")
    expect(ada.marker).to_be_visible()
    ada.eyes.wait_at(colour, start)
    expect(host.next).to_have_text("Next: Where did you grow up?")


def test_the_keys_of_a_clicker_on_the_presenters_own_screen(
    venue: Venue, server: ServerProcess
) -> None:
    """L1: Page Down, Page Up and the arrows do what the remote's button does."""
    room = stage(server, HIDDEN, OPEN)
    host = venue.remote(room)
    screen = own_screen(venue, host, room)
    phone = venue.phone(room)
    press = screen.page.keyboard.press
    press("PageDown")
    expect(host.next).to_have_text("Reveal")
    expect(phone.hint).to_contain_text("Answers are closed.")
    wait_quiet(screen)
    press("ArrowRight")
    expect(host.next).to_have_text("Next: Where do you live?")
    wait_quiet(screen)
    press("PageDown")
    expect(screen.question).to_have_text("Where do you live?")
    wait_quiet(screen)
    press("PageUp")
    expect(screen.question).to_have_text("Where were you born?")
    expect(host.next).to_have_text("Next: Where do you live?")


def wait_quiet(screen: Screen) -> None:
    """A press right after a step would be the second half of a double press."""
    expect(screen.page.locator("body")).not_to_have_class(re.compile("is-stepping"))


def test_keys_in_the_map_move_the_map(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, HIDDEN, OPEN)
    host = venue.remote(room)
    screen = own_screen(venue, host, room)
    phone = venue.phone(room)
    screen.page.locator(".map-keys").focus()
    screen.page.keyboard.press("ArrowRight")
    screen.page.locator("#toggle-results").click()
    screen.page.locator(".results-scroll").focus()
    screen.page.keyboard.press("PageDown")
    # Whatever had been on its way would be here by now.
    host.take_step("Close answers")
    expect(host.next).to_have_text("Reveal")
    expect(phone.hint).to_contain_text("Answers are closed.")


def test_the_keys_of_a_screen_without_the_host_key_steer_nothing(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, HIDDEN, OPEN)
    screen, host = venue.screen(room), venue.remote(room)
    screen.page.keyboard.press("PageDown")
    expect(host.next).to_have_text("Close answers")
    host.page.keyboard.press("PageDown")
    expect(host.next).to_have_text("Reveal")


def test_a_step_is_undone_with_one_press(venue: Venue, server: ServerProcess) -> None:
    """L3, for each step of the flow."""
    room = stage(server, HIDDEN, OPEN)
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    undo = host.page.get_by_role("button", name="Undo")
    host.take_step("Close answers")
    undo.click()
    expect(host.next).to_have_text("Close answers")
    expect(phone.hint).to_contain_text("Drag your marker")
    host.take_step("Close answers")
    host.take_step("Reveal")
    host.take_step("Next: Where do you live?")
    expect(phone.question).to_have_text("Where do you live?")
    undo.click()
    expect(phone.question).to_have_text("Where were you born?")
    expect(undo).to_be_hidden()
    host.wait_heard("Undone.")


def test_undo_leaves_alone_what_another_remote_has_changed(
    venue: Venue, server: ServerProcess
) -> None:
    """L3"""
    room = stage(server, HIDDEN, OPEN)
    host, other = venue.remote(room), venue.remote(room)
    host.take_step("Close answers")
    other.take_step("Reveal")
    expect(host.next).to_contain_text("Next:")
    host.page.get_by_role("button", name="Undo").click()
    host.wait_heard("Someone has changed it since, so it stays as it is.")
    expect(host.next).to_contain_text("Next:")


def test_a_removed_marker_comes_back_with_its_number(venue: Venue, room: Room) -> None:
    """L3: it is its owner's again."""
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    host.choose_from_list("Marker 1")
    host.page.locator("#marker-remove").click()
    screen.eyes.wait_gone(colour)
    host.page.get_by_role("button", name="Undo").click()
    screen.eyes.wait_for(colour)
    expect(phone.marker).to_be_visible()
    expect(phone.hint).to_contain_text("Drag your marker")
    host.choose_from_list("Marker 1")


# Ten minutes ahead of everybody else's clock.
def test_the_screen_shows_the_part_that_the_remote_shows_and_keeps_it(
    venue: Venue, room: Room
) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    there = phone.eyes.wait_still(colour)
    start = screen.eyes.wait_still(colour)
    host.choose_from_list("Marker 1")
    host.close_sheet()
    # It stays in view, so the screen shows it, too.
    host.page.locator("#zoom-in").click()
    host.eyes.wait_still(colour)
    host.press("Show a place")
    host.press("Show this part on the screen")
    screen.eyes.wait_away_from(colour, start, by=20)
    shown = screen.eyes.wait_still(colour)
    screen.reload()
    screen.eyes.wait_at(colour, shown, within=4)
    # Phones stay where they are.
    assert phone.eyes.wait_still(colour).distance(there) < 2
    expect(phone.page.locator("#go-there")).to_be_hidden()
    host.press("Show a place")
    host.press("Give the screen its own view back")
    screen.eyes.wait_at(colour, start, within=4)


def test_phones_are_invited_to_a_place_and_may_stay(venue: Venue, room: Room) -> None:
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    at = {phone: phone.eyes.wait_still(colour) for phone in (ada, ben)}
    for _step in range(3):
        host.page.locator("#zoom-in").click()
    host.press("Show a place")
    host.press("Bring everyone here")
    for phone in (ada, ben):
        expect(phone.page.locator("#go-there")).to_be_visible()
        assert phone.eyes.wait_still(colour).distance(at[phone]) < 2
    ada.page.get_by_role("button", name="Go there").click()
    ada.page.wait_for_function("() => document.querySelector('#go-there').hidden")
    ben.page.get_by_role("button", name="Stay here").click()
    expect(ben.page.locator("#go-there")).to_be_hidden()
    assert ben.eyes.wait_still(colour).distance(at[ben]) < 2


def test_a_question_that_opens_elsewhere_moves_nobody(venue: Venue, room: Room) -> None:
    host, ada = venue.remote(room), venue.phone(room)
    colour = ada.place_marker()
    at = ada.eyes.wait_still(colour)
    for _step in range(3):
        host.page.locator("#zoom-in").click()
    host.press("Show a place")
    host.press("Let the question open here")
    expect(ada.page.locator("#go-there")).to_be_visible()
    assert ada.eyes.wait_still(colour).distance(at) < 2
    ben = venue.phone(room)
    expect(ben.page.locator("#go-there")).to_be_hidden()


def test_a_marker_in_the_spotlight_pulses_everywhere(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    phone.place_marker()
    host.choose_from_list("Marker 1")
    host.press("Spotlight")
    for visitor in (screen, phone):
        expect(visitor.page.locator(".spotlight")).to_be_visible()
    host.press("Spotlight")
    for visitor in (screen, phone):
        expect(visitor.page.locator(".spotlight")).to_be_hidden()


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_who_reloads_sees_what_the_others_see(
    venue: Venue, server: ServerProcess, stages: int
) -> None:
    """L1, X1"""
    room = stage(server, HIDDEN, OPEN)
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    for label in ["Close answers", "Reveal"][: stages - 1]:
        host.take_step(label)
    before = ben.hint.inner_text()
    ben.reload()
    expect(ben.hint).to_have_text(before)
    if stages < 3:
        assert ben.eyes.find(colour) is None
    else:
        ben.eyes.wait_for(colour)
    ada.reload()
    ada.eyes.wait_for(colour)
