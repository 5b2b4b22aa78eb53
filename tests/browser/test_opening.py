"""Where a map opens: the search on the first page, with nothing but our own server in reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.layout import layout_problems
from tests.browser.people import Phone, Remote, Screen
from tests.browser.test_keyboard import tab_to
from tests.browser.venue import LAPTOP, PHONE, Room, Venue, origin

# Latitude and longitude in degrees.
DEVENTER = (52.255, 6.164)
NEAR = 0.2


@pytest.fixture(autouse=True)
def indexed(places_folder: Path) -> None:
    """The servers of these tests find places from the beginning."""


def place_field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Where does the map open?")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Places").get_by_role("option")


def test_a_question_and_a_town_open_the_map_there_for_everybody(
    venue: Venue, server: ServerProcess
) -> None:
    """ "Where should the bridge go?", "Deventer", one button: within seconds, without internet."""
    page = venue.page(origin(server), LAPTOP)
    page.get_by_label("Your question").fill("Where should the bridge go?")
    place_field(page).fill("Deventer")
    options(page).first.click()
    expect(place_field(page)).to_have_value("Deventer, The Netherlands")
    expect(page.get_by_text("It opens like this on the big screen.")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/screen")
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    expect(screen.question).to_have_text("Where should the bridge go?")
    code = page.url.split("/")[-2]
    key = page.evaluate(f"localStorage.getItem('livemap:host:{code}')")
    room = Room(origin(server), code, key)
    phone = venue.visitor(Phone, venue.page(room.join_url, PHONE))
    remote = venue.visitor(Remote, venue.page(room.host_url, PHONE))
    for visitor in (phone, remote):
        visitor.wait_live()
    # A marker at the middle of the phone's map is in Deventer.
    phone.page.get_by_role("button", name="Place precisely").click()
    phone.page.get_by_role("button", name="Place here").click()
    phone.wait_saved()
    assert phone.place() == "52.3° N, 6.2° E"


def test_a_name_that_was_typed_and_not_chosen_means_its_best_match(
    venue: Venue, server: ServerProcess
) -> None:
    page = venue.page(origin(server), LAPTOP)
    place_field(page).fill("Deventer")
    with page.expect_request("**/api/rooms") as asked:
        page.get_by_role("button", name="Start", exact=True).click()
    sent = asked.value.post_data_json
    assert sent
    view = sent["view"]
    assert abs(view["lat"] - DEVENTER[0]) < NEAR
    assert abs(view["lng"] - DEVENTER[1]) < NEAR
    # Without streets the map shows names of places, and not from nearer than this.
    assert view["zoom"] == 10.5
    page.wait_for_url("**/screen")


def test_a_place_that_nobody_knows_opens_no_map(venue: Venue, server: ServerProcess) -> None:
    page = venue.page(origin(server), LAPTOP)
    place_field(page).fill("Xyzzyville")
    expect(page.get_by_text("No place called “Xyzzyville” was found.").first).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#place-error")).to_have_text("No place called “Xyzzyville” was found.")
    expect(place_field(page)).to_be_focused()
    place_field(page).fill("")
    expect(page.locator("#place-error")).to_be_empty()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/screen")


def test_the_search_by_keyboard_alone(venue: Venue, server: ServerProcess) -> None:
    """The combobox of ARIA 1.2: the focus stays in the field, and Escape closes the list."""
    page = venue.page(origin(server), LAPTOP)
    field = place_field(page)
    tab_to(page, "Your question")
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("Paris")
    expect(options(page)).not_to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field).to_have_value("Paris")
    page.keyboard.press("ArrowDown")
    expect(options(page)).not_to_have_count(0)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Paris, France")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_text("It opens like this on the big screen.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_a_place_is_searched(
    venue: Venue, server: ServerProcess, scheme: str
) -> None:
    page = venue.page(origin(server), PHONE, color_scheme=scheme)
    place_field(page).fill("Deventer")
    expect(options(page)).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    options(page).first.click()
    expect(page.get_by_text("It opens like this on the big screen.")).to_be_visible()
    page.get_by_text("Start from a template or a saved session").click()
    expect(page.get_by_role("button", name="Four corners")).to_be_visible()
    assert violations(page) == []
    assert layout_problems(page) == []
