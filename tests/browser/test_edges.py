"""Screens that are not all ours: notches, round corners and home bars take their strips."""

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import Room, Venue

UPRIGHT = ViewportSize(width=390, height=844)
LYING = ViewportSize(width=844, height=390)

# What an iPhone with a notch takes from each side, in CSS pixels.
INSETS = {
    "upright": {"top": 47, "right": 0, "bottom": 34, "left": 0},
    "lying": {"top": 0, "right": 59, "bottom": 21, "left": 59},
}
SIZES = {"upright": UPRIGHT, "lying": LYING}

IN_THE_STRIPS = """({ top, right, bottom, left }) => {
  const controls = document.querySelectorAll("button, a, input, textarea, [role=option]");
  return [...controls].flatMap((control) => {
    const seen = control.checkVisibility({ visibilityProperty: true });
    if (!seen || control.closest(".map, .list, .results-scroll")) return [];
    // What a sheet has scrolled away is not there; what can be scrolled up counts
    // where it is at the end.
    const box = control.getBoundingClientRect();
    const sheet = control.closest(".sheet, .join");
    const below = sheet ? sheet.scrollHeight - sheet.clientHeight - sheet.scrollTop : 0;
    const bottommost = sheet
      ? Math.min(box.bottom - below, sheet.getBoundingClientRect().bottom)
      : box.bottom;
    const isOut = box.left < left || box.right > innerWidth - right ||
      box.top < top || bottommost > innerHeight - bottom;
    const where = [box.left, box.top, box.right, bottommost].map(Math.round);
    return isOut ? [`${control.id || control.textContent.trim()}: ${where}`] : [];
  });
}"""


@pytest.fixture(params=["upright", "lying"])
def held(request: pytest.FixtureRequest) -> str:
    """How the phone is held."""
    way: str = request.param
    return way


def notch(page: Page, held: str) -> None:
    """Give the page a notch and a home bar."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": INSETS[held]})


def in_the_strips(page: Page, held: str) -> list[str]:
    """The visible controls that reach under the notch, into the corners or the home bar."""
    found: list[str] = page.evaluate(IN_THE_STRIPS, INSETS[held])
    return found


def test_the_audience_page_keeps_clear_of_notch_and_home_bar(
    venue: Venue, room: Room, held: str
) -> None:
    phone = venue.visitor(Phone, venue.page(room.join_url, SIZES[held], has_touch=True))
    phone.wait_live()
    notch(phone.page, held)
    problems = {"at first": in_the_strips(phone.page, held)}
    phone.place_marker(MIDDLE.moved(0, -100 if held == "lying" else 0))
    phone.page.locator("#list-button").click()
    problems["the list"] = in_the_strips(phone.page, held)
    phone.list_entry().first.click()
    problems["the sheet of a marker"] = in_the_strips(phone.page, held)
    assert {state: found for state, found in problems.items() if found} == {}


def test_the_remote_keeps_clear_of_notch_and_home_bar(venue: Venue, room: Room, held: str) -> None:
    host = venue.visitor(Remote, venue.page(room.host_url, SIZES[held], has_touch=True))
    host.wait_live()
    notch(host.page, held)
    problems = {"the deck": in_the_strips(host.page, held)}
    host.page.locator("#people-button").click()
    problems["the people"] = in_the_strips(host.page, held)
    assert {state: found for state, found in problems.items() if found} == {}


def test_the_screen_keeps_clear_of_notch_and_home_bar(venue: Venue, room: Room, held: str) -> None:
    screen = venue.visitor(Screen, venue.page(room.screen_url, SIZES[held], has_touch=True))
    screen.wait_live()
    notch(screen.page, held)
    problems = {"at first": in_the_strips(screen.page, held)}
    screen.show_results()
    problems["the result"] = in_the_strips(screen.page, held)
    assert {state: found for state, found in problems.items() if found} == {}
