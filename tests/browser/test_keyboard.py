"""Everything without a pointer: by keyboard, and told to those who do not see the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Laptop, WithMarkers
from tests.browser.venue import LAPTOP, Room, Venue, create_room

# More presses of Tab than any page has stops.
MANY = 40


def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Press Tab until the element with this accessible name has the focus."""
    wanted = page.get_by_role("button", name=name).or_(page.get_by_role("textbox", name=name))
    for _press in range(MANY):
        page.keyboard.press("Tab")
        if wanted.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"Tab never came to {name!r}")


def focus_name(page: Page) -> str:
    """What has the focus: its label, its text, or what it is. Fails if it is lost."""
    name: str = page.evaluate(
        """() => {
            const at = document.activeElement;
            if (!at || at === document.body) return "";
            return at.getAttribute("aria-label") || at.id || at.textContent.trim();
        }"""
    )
    assert name != "", "the focus is lost"
    return name


def place_by_keyboard(laptop: WithMarkers) -> None:
    tab_to(laptop.page, "Place precisely")
    laptop.page.keyboard.press("Enter")
    laptop.page.keyboard.press("Enter")
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()


def test_somebody_joins_and_places_a_marker_with_the_keyboard_alone(
    venue: Venue, room: Room
) -> None:
    """Join by code, aim with the crosshair, "Place here" (WCAG 2.1.1, 2.5.7)."""
    page = venue.page(room.origin, LAPTOP)
    tab_to(page, "Have a code?")
    page.keyboard.type(room.code)
    page.wait_for_url(room.join_url)
    laptop = venue.visitor(Laptop, page)
    laptop.wait_live()

    tab_to(page, "Place precisely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Place here")).to_be_focused()
    page.keyboard.press("Enter")
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()
    laptop.wait_heard("Your marker is on the map.")
    expect(page.get_by_role("button", name="Place precisely")).to_be_focused()


def test_escape_leaves_aiming_and_places_nothing(venue: Venue, room: Room) -> None:
    laptop = venue.laptop(room)
    tab_to(laptop.page, "Place precisely")
    laptop.page.keyboard.press("Enter")
    expect(laptop.page.get_by_role("button", name="Place here")).to_be_focused()
    laptop.page.keyboard.press("Escape")
    expect(laptop.page.get_by_role("button", name="Place precisely")).to_be_focused()
    expect(laptop.marker).to_have_count(0)


def test_while_aiming_the_map_moves_under_the_target(venue: Venue, room: Room) -> None:
    """The arrow keys move the map, so any place can be reached with the crosshair."""
    screen, laptop = venue.screen(room), venue.laptop(room)
    laptop.page.keyboard.press("Tab")
    assert focus_name(laptop.page) == "Map"
    laptop.page.keyboard.press("ArrowRight")
    laptop.page.keyboard.press("Enter")
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()
    screen.show_results()
    expect(screen.result()).to_contain_text(laptop.place())
    assert "10.0° E" not in laptop.place(), "the map has moved from the presenter's view"


def test_arrow_keys_move_the_own_marker_and_enter_drops_it(venue: Venue, room: Room) -> None:
    """Others see it on its way; Shift makes larger steps."""
    laptop, ben = venue.laptop(room), venue.laptop(room)
    place_by_keyboard(laptop)
    colour = laptop.colour()
    start = ben.eyes.wait_for(colour)
    tab_to(laptop.page, re.compile("^Your marker"))

    laptop.page.keyboard.press("ArrowRight")
    small = laptop.eyes.wait_away_from(colour, start, by=5)
    assert small.distance(start.moved(10, 0)) < 1
    laptop.page.keyboard.press("Shift+ArrowDown")
    large = laptop.eyes.wait_away_from(colour, small, by=50)
    assert large.distance(start.moved(10, 100)) < 1
    ben.eyes.wait_at(colour, large)
    expect(laptop.save_state).not_to_have_attribute("data-state", "saved")

    laptop.page.keyboard.press("Enter")
    laptop.wait_saved()
    ben.eyes.wait_at(colour, large)
    expect(laptop.marker).to_be_focused()


def test_escape_puts_the_marker_back_where_it_was(venue: Venue, room: Room) -> None:
    laptop, ben = venue.laptop(room), venue.laptop(room)
    place_by_keyboard(laptop)
    colour, place = laptop.colour(), laptop.place()
    start = ben.eyes.wait_for(colour)
    tab_to(laptop.page, re.compile("^Your marker"))
    laptop.page.keyboard.press("Shift+ArrowLeft")
    ben.eyes.wait_away_from(colour, start, by=50)
    laptop.page.keyboard.press("Escape")
    ben.eyes.wait_at(colour, start)
    laptop.wait_saved()
    laptop.eyes.wait_at(colour, start)
    assert laptop.place() == place
    expect(laptop.marker).to_be_focused()


def test_keys_that_come_faster_than_frames_and_answers_all_count(venue: Venue, room: Room) -> None:
    """Put back and taken up again before the server has answered, it ends at its last place."""
    laptop, ben = venue.laptop(room), venue.laptop(room)
    place_by_keyboard(laptop)
    colour = laptop.colour()
    start = ben.eyes.wait_for(colour)
    keys = ("ArrowRight", "ArrowRight", "Escape", "ArrowDown", "ArrowDown", "Enter")
    laptop.marker.evaluate(
        """(marker, keys) => {
            for (const key of keys) {
                marker.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey: true }));
            }
        }""",
        keys,
    )
    laptop.wait_saved()
    assert laptop.eyes.wait_still(colour).distance(start.moved(0, 200)) < 1
    ben.eyes.wait_at(colour, start.moved(0, 200))


def test_leaving_the_marker_with_tab_drops_it(venue: Venue, room: Room) -> None:
    laptop, ben = venue.laptop(room), venue.laptop(room)
    place_by_keyboard(laptop)
    colour = laptop.colour()
    start = ben.eyes.wait_for(colour)
    tab_to(laptop.page, re.compile("^Your marker"))
    laptop.page.keyboard.press("Shift+ArrowLeft")
    laptop.page.keyboard.press("Tab")
    laptop.wait_saved()
    ben.eyes.wait_at(colour, start.moved(-100, 0))


def test_a_marker_moved_to_the_edge_stays_in_view(venue: Venue, room: Room) -> None:
    laptop = venue.laptop(room)
    place_by_keyboard(laptop)
    colour = laptop.colour()
    tab_to(laptop.page, re.compile("^Your marker"))
    for _step in range(10):
        laptop.page.keyboard.press("Shift+ArrowRight")
    laptop.page.keyboard.press("Enter")
    laptop.wait_saved()
    at = laptop.eyes.wait_still(colour)
    assert 0 < at.x < LAPTOP["width"]


def test_the_own_marker_comes_first_in_the_tab_order(venue: Venue, room: Room) -> None:
    laptop = venue.laptop(room)
    place_by_keyboard(laptop)
    laptop.reload()
    expect(laptop.marker).to_be_visible()
    laptop.page.keyboard.press("Tab")
    assert focus_name(laptop.page).startswith("Your marker")
    expect(laptop.marker).to_be_focused()


def test_the_focus_is_never_lost_on_the_way_through_the_page(venue: Venue, room: Room) -> None:
    """Each stop can be seen, and after the last the page is left; nothing is a trap."""
    laptop = venue.laptop(room)
    place_by_keyboard(laptop)
    laptop.reload()
    expect(laptop.marker).to_be_visible()
    stops = []
    for _press in range(MANY):
        laptop.page.keyboard.press("Tab")
        if laptop.page.evaluate("document.activeElement === document.body"):
            break
        stops.append(focus_name(laptop.page))
        expect(laptop.page.locator(":focus")).to_be_visible()
    assert len(stops) == len(set(stops)) >= 6, stops


@pytest.fixture
def shared_room(server: ServerProcess) -> Room:
    return create_room(server, question="Where do we meet?", rules="shared", anyone_adds=True)


def test_a_shared_marker_is_chosen_from_the_list_and_moved_by_keyboard(
    venue: Venue, shared_room: Room
) -> None:
    """The others are one list, not five hundred tab stops."""
    ada, ben = venue.phone(shared_room), venue.laptop(shared_room)
    ada.finger.tap(MIDDLE)
    ada.wait_saved()
    colour = ada.colour_in_list("Your marker")
    start = ada.eyes.wait_for(colour)
    keyboard = ben.page.keyboard

    tab_to(ben.page, re.compile("show the list"))
    keyboard.press("Enter")
    expect(ben.page.get_by_role("listbox")).to_be_focused()
    keyboard.press("Enter")
    expect(ben.marker).to_have_count(1)
    assert focus_name(ben.page) == "marker-title", "a choice goes on in the marker's sheet"
    tab_to(ben.page, "Right")
    before = ben.eyes.wait_still(colour)
    keyboard.press("Enter")
    ben.eyes.wait_at(colour, before.moved(10, 0))
    ada.eyes.wait_away_from(colour, start, by=2)
    ben.wait_saved()

    ben.marker.focus()
    keyboard.press("Shift+ArrowUp")
    ben.eyes.wait_at(colour, before.moved(10, -100))
    keyboard.press("Enter")
    ben.wait_saved()
    focus_name(ben.page)


def test_closing_a_sheet_gives_the_focus_back(venue: Venue, shared_room: Room) -> None:
    laptop = venue.laptop(shared_room)
    button = laptop.page.get_by_role("button", name="show the list")
    tab_to(laptop.page, re.compile("show the list"))
    laptop.page.keyboard.press("Enter")
    expect(laptop.page.get_by_role("listbox")).to_be_focused()
    laptop.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")

    tab_to(laptop.page, re.compile("Change your name"))
    laptop.page.keyboard.press("Enter")
    expect(laptop.page.get_by_role("textbox", name="Your name")).to_be_focused()
    laptop.page.keyboard.press("Escape")
    expect(laptop.page.get_by_role("button", name="Change your name")).to_be_focused()


def test_the_focus_survives_removing_ones_marker(venue: Venue, room: Room) -> None:
    laptop = venue.laptop(room)
    place_by_keyboard(laptop)
    laptop.marker.focus()
    laptop.page.keyboard.press("Enter")
    tab_to(laptop.page, "Remove")
    laptop.page.keyboard.press("Enter")
    laptop.wait_heard("Marker removed.")
    expect(laptop.marker).to_have_count(0)
    focus_name(laptop.page)


def test_the_focus_survives_the_removal_of_the_marker_by_the_host(venue: Venue, room: Room) -> None:
    laptop, host = venue.laptop(room), venue.remote(room)
    place_by_keyboard(laptop)
    laptop.marker.focus()
    host.choose_from_list("Marker 1")
    host.page.locator("#marker-remove").click()
    expect(laptop.marker).to_have_count(0)
    focus_name(laptop.page)


@pytest.mark.parametrize("how", ["Enter on the map", "Place precisely"])
def test_what_is_heard_after_a_move_is_where_the_marker_is_now(
    venue: Venue, room: Room, how: str
) -> None:
    """The answer may come before the change itself, and the old place was told."""
    laptop = venue.laptop(room)
    place_by_keyboard(laptop)
    before = laptop.place()
    count = len(laptop.heard())
    laptop.page.locator(".map-keys").focus()
    laptop.page.keyboard.press("ArrowRight")
    laptop.page.keyboard.press("ArrowUp")
    if how == "Place precisely":
        laptop.page.get_by_role("button", name=how).click()
        laptop.page.get_by_role("button", name="Place here").click()
    else:
        laptop.page.keyboard.press("Enter")
    laptop.page.wait_for_function(
        "count => eyes.heard.slice(count).some((said) => said.includes('°'))", arg=count
    )
    laptop.wait_saved()
    said = next(said for said in laptop.heard()[count:] if "°" in said)
    assert laptop.place() != before
    assert laptop.place() in said


def test_the_host_hears_where_a_marker_has_got_to(venue: Venue, room: Room) -> None:
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    host.choose_from_list("Marker 1")
    before = host.place()
    count = len(host.heard())
    host.page.locator(".map-keys").focus()
    host.page.keyboard.press("ArrowUp")
    host.page.keyboard.press("Enter")
    host.page.wait_for_function(
        "count => eyes.heard.slice(count).some((said) => said.includes('°'))", arg=count
    )
    said = next(said for said in host.heard()[count:] if "°" in said)
    assert host.place() != before
    assert host.place() in said


def test_own_actions_are_announced_at_once_and_others_drags_never(venue: Venue, room: Room) -> None:
    """Others' additions come as one summary now and then (WCAG 4.1.3)."""
    context = venue.context(LAPTOP)
    page = context.new_page()
    page.clock.install()
    page.goto(room.join_url)
    laptop = venue.visitor(Laptop, page)
    laptop.wait_live()
    place_by_keyboard(laptop)
    laptop.wait_heard("Your marker is on the map.")
    count = len(laptop.heard())
    start = laptop.eyes.wait_still(laptop.colour())

    phones = [venue.phone(room) for _person in range(2)]
    # On the laptop no time passes until both are there, however long that takes.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    places = (MIDDLE, MIDDLE.moved(-80, 100))
    colours = [phone.place_marker(at) for phone, at in zip(phones, places, strict=True)]
    expect(page.locator("#marker-count")).to_have_text("3")
    page.clock.fast_forward("00:11")
    laptop.wait_heard("2 markers added.")
    page.clock.resume()
    for phone, colour in zip(phones, colours, strict=True):
        laptop.eyes.wait_for(colour)
        there = phone.drag(colour, (60, 60))
        phone.wait_saved()
        laptop.eyes.wait_away_from(colour, start, by=10)
        assert there is not None
    page.clock.fast_forward("00:11")
    assert [said for said in laptop.heard()[count:] if said] == ["2 markers added."]
