"""Small phones and right-to-left languages: everything stays where it can be seen and hit."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.layout import layout_problems
from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import (
    LAPTOP,
    PHONE,
    PROJECTOR,
    SERVER_ENV,
    Room,
    Venue,
    create_room,
    origin,
)
from tests.languages import bring_catalogue

NARROW = ViewportSize(width=320, height=568)
LYING = ViewportSize(width=844, height=390)
LYING_SMALL = ViewportSize(width=740, height=360)
LONG_QUESTION = (
    "Where did you travel from this morning, and which way did you come: by train, by bus, "
    "by bicycle, on foot, or in some way that nobody here would ever think of?"
)


@pytest.fixture(scope="module", params=["ltr", "rtl"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    """A server in a language of either direction."""
    env = {**SERVER_ENV, "LANGUAGE_CODE": {"ltr": "en", "rtl": "ar"}[request.param]}
    folder = tmp_path_factory.mktemp("server")
    if request.param == "rtl":
        bring_catalogue(folder, "ar")
    with ServerProcess(folder, env, static_files=static_files) as server:
        yield server


@pytest.fixture
def direction(server: ServerProcess) -> str:
    return "rtl" if server.env["LANGUAGE_CODE"] == "ar" else "ltr"


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, question=LONG_QUESTION)


def test_the_front_page(venue: Venue, server: ServerProcess, direction: str) -> None:
    page = venue.page(origin(server), NARROW)
    assert page.evaluate("document.documentElement.dir") == direction
    assert layout_problems(page) == []


def test_the_audience_page(venue: Venue, room: Room) -> None:
    phone = venue.visitor(Phone, venue.page(room.join_url, NARROW))
    phone.wait_live()
    page = phone.page
    problems = {"before the first marker": layout_problems(page)}
    page.locator("#aim-button").click()
    problems["aiming"] = layout_problems(page)
    page.locator("#aim-place").click()
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    problems["with a marker"] = layout_problems(page)
    page.locator("#list-button").click()
    problems["the list"] = layout_problems(page)
    phone.list_entry().first.click()
    expect(page.locator("#marker-label")).to_be_visible()
    problems["the sheet of a marker"] = layout_problems(page)
    phone.close_sheet()
    page.locator("#name-button").click()
    problems["the name"] = layout_problems(page)
    assert {state: found for state, found in problems.items() if found} == {}


def test_the_audience_page_when_everything_is_said_at_once(
    venue: Venue, server: ServerProcess
) -> None:
    """No network, an unsaved marker and a hint that stands out, all above the map."""
    room = create_room(server, question="Where did you travel from this morning?")
    phone = venue.visitor(Phone, venue.page(room.join_url, NARROW))
    phone.wait_live()
    phone.watch.expect(r"WebSocket connection to .* failed: .*INTERNET_DISCONNECTED")
    phone.page.context.set_offline(True)
    expect(phone.banner.get_by_role("button")).to_be_visible()
    phone.finger.tap(MIDDLE.moved(0, 60))
    expect(phone.save_state).to_have_attribute("data-state", "unsaved")
    phone.finger.tap(MIDDLE.moved(60, 90))
    expect(phone.stressed_hint).to_be_visible()
    assert layout_problems(phone.page) == []


def test_the_remote(venue: Venue, room: Room) -> None:
    phone = venue.visitor(Phone, venue.page(room.join_url, NARROW))
    phone.wait_live()
    phone.place_marker(MIDDLE.moved(0, 60))
    host = venue.visitor(Remote, venue.page(room.host_url, NARROW))
    host.wait_live()
    page = host.page
    problems = {"the remote": layout_problems(page)}
    host.press("Sequence")
    problems["the sequence"] = layout_problems(page)
    page.locator("#people-button").click()
    problems["the people"] = layout_problems(page)
    page.locator("#people-close").click()
    host.choose_from_list(re.compile("1"))
    problems["the sheet of a marker"] = layout_problems(page)
    host.close_sheet()
    host.press("Question")
    problems["the question"] = layout_problems(page)
    assert {state: found for state, found in problems.items() if found} == {}


def test_long_names_and_labels_leave_room_for_everything_else(
    venue: Venue, server: ServerProcess
) -> None:
    """In lists, in the dock and in the table, also where a word has no place to break."""
    room = create_room(server)
    phone = venue.visitor(Phone, venue.page(room.join_url, NARROW))
    phone.wait_live()
    phone.place_marker(MIDDLE.moved(0, 60))
    page = phone.page
    page.locator("#name-button").click()
    page.locator("#name-field").fill("W" * 40)
    page.locator("#name-form [type=submit]").click()
    expect(page.locator("#name")).to_have_text("W" * 40)
    assert layout_problems(page) == []
    assert page.evaluate(
        "[...document.querySelectorAll('#aim-button, #list-button')]"
        ".every((button) => button.scrollWidth <= button.clientWidth)"
    ), "nothing else in the dock gets smaller than its text"
    phone.choose_from_list(re.compile("1"))
    page.locator("#marker-label").fill("M" * 60)
    page.keyboard.press("Enter")
    phone.wait_saved()
    phone.close_sheet()

    host = venue.visitor(Remote, venue.page(room.host_url, NARROW))
    host.wait_live()
    for visitor in (phone, host):
        visitor.page.locator("#list-button").click()
        label = visitor.list_entry().locator("bdi").first
        expect(label).to_have_text("M" * 60)
        assert label.evaluate("label => label.offsetWidth") > 80
        visitor.page.locator("#list-close").click()
    host.choose_from_list(re.compile("M"))
    assert layout_problems(host.page) == []
    host.close_sheet()
    host.page.locator("#people-button").click()
    remove = host.page.locator("#people-list button")
    assert remove.evaluate("button => button.offsetHeight") < 50
    remove.click()
    assert layout_problems(host.page) == []
    assert host.page.evaluate(
        "(dialog => dialog.scrollWidth <= dialog.clientWidth)(document.querySelector('#confirm'))"
    )

    screen = venue.visitor(Screen, venue.page(room.screen_url, PROJECTOR))
    screen.wait_live()
    screen.page.locator("#toggle-results").click()
    expect(screen.result()).to_contain_text("M" * 60)
    assert screen.page.locator(".results-scroll").evaluate(
        "scroll => scroll.scrollWidth <= scroll.clientWidth"
    )


def test_a_long_name_leaves_the_zoom_buttons_of_a_lying_phone_free(
    venue: Venue, room: Room
) -> None:
    """They stand at the end of the line that the name is in."""
    phone = venue.visitor(Phone, venue.page(room.join_url, LYING_SMALL))
    phone.wait_live()
    page = phone.page
    page.locator("#aim-button").click()
    page.locator("#aim-place").click()
    phone.wait_saved()
    page.locator("#name-button").click()
    page.locator("#name-field").fill("Anna-Maria Wolkenstein-Trostburg of the")
    page.locator("#name-form [type=submit]").click()
    expect(page.locator("#name")).to_contain_text("Trostburg")
    expect(page.locator("#show-mine")).to_be_visible()
    assert layout_problems(page) == []


def test_on_a_small_phone_a_chosen_marker_is_seen_above_its_sheet(venue: Venue, room: Room) -> None:
    """Between a long question and the sheet there is just room for it."""
    phone = venue.visitor(Phone, venue.page(room.join_url, NARROW))
    phone.wait_live()
    page = phone.page
    page.locator("#aim-button").click()
    page.locator("#aim-place").click()
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    phone.choose_from_list(re.compile("1"))
    expect(page.locator("#marker-label")).to_be_visible()
    page.wait_for_function(
        """() => {
          const box = (id) => document.querySelector(id).getBoundingClientRect();
          const marker = box(".marker-handle");
          const middle = (marker.top + marker.bottom) / 2;
          return middle > box("#question-card").bottom && middle < box("#marker-sheet").top;
        }"""
    )


@pytest.mark.parametrize(
    "size", [PHONE, LYING, PROJECTOR, LAPTOP], ids=["standing", "lying", "tablet", "laptop"]
)
def test_the_remote_on_larger_screens(venue: Venue, room: Room, size: ViewportSize) -> None:
    """Lying, its buttons are as high as the map is."""
    host = venue.visitor(Remote, venue.page(room.host_url, size))
    host.wait_live()
    assert layout_problems(host.page) == []


@pytest.mark.parametrize(
    "size", [ViewportSize(width=800, height=600), PROJECTOR], ids=["800", "1024"]
)
def test_the_screen(venue: Venue, room: Room, size: ViewportSize) -> None:
    screen = venue.visitor(Screen, venue.page(room.screen_url, size))
    screen.wait_live()
    problems = {"the screen": layout_problems(screen.page)}
    screen.page.locator("#toggle-results").click()
    expect(screen.page.locator("#results")).to_be_visible()
    problems["with the result as text"] = layout_problems(screen.page)
    assert {state: found for state, found in problems.items() if found} == {}


def test_a_drag_goes_where_the_finger_goes_in_every_direction_of_writing(
    venue: Venue, room: Room
) -> None:
    """Left is left on every map."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker(MIDDLE.moved(0, 80))
    start = ada.eyes.wait_still(colour)
    there = ada.lift(colour, (80, 0))
    assert abs(there.x - start.x - 80) < 2
    ben.eyes.wait_at(colour, there)
    ada.finger.up()
    ada.wait_saved()
    ada.marker.focus()
    ada.page.keyboard.press("ArrowLeft")
    ada.eyes.wait_at(colour, there.moved(-10, 0), within=1)
    ada.page.keyboard.press("Enter")
    ada.wait_saved()
