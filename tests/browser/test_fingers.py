"""What fingers are used to from other maps: double taps, drags at the edge, a tap elsewhere."""

import re

from playwright.sync_api import ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.eyes import Point
from tests.browser.layout import layout_problems
from tests.browser.people import MIDDLE, Phone
from tests.browser.venue import PHONE, Room, Venue, create_room

LYING = ViewportSize(width=740, height=360)
# Of another person's marker, on a phone: away from everything that is tried in the middle.
ASIDE = Point(90, 300)


def test_a_double_tap_zooms_and_places_nothing(venue: Venue, room: Room) -> None:
    """Then a single tap places, as ever."""
    ben, ada = venue.phone(room), venue.phone(room)
    colour = ben.place_marker(ASIDE)
    start = ada.eyes.wait_for(colour)
    ada.finger.double_tap(MIDDLE)
    # Twice as far from the place that was tapped, which stays where it is.
    there = MIDDLE.moved((start.x - MIDDLE.x) * 2, (start.y - MIDDLE.y) * 2)
    ada.eyes.wait_at(colour, there, within=3)
    expect(ada.hint).to_have_text("Tap the map to place your marker.")

    ada.place_marker()
    expect(ada.page.locator("#marker-count")).to_have_text("2")
    ada.eyes.wait_at(ada.colour(), MIDDLE)


def test_a_tap_is_not_lost_by_a_page_that_goes_away_at_once(venue: Venue, room: Room) -> None:
    """It might have become a double tap; now it never will (D3)."""
    ada, ben = venue.phone(room), venue.phone(room)
    ada.finger.tap(MIDDLE)
    ada.page.goto(room.origin)
    ada.page.goto(room.join_url)
    ada.wait_live()
    expect(ada.marker).to_be_visible()
    ben.eyes.wait_for(ada.colour())


def test_a_tap_elsewhere_offers_to_move_the_marker_there(venue: Venue, room: Room) -> None:
    """One press; a screen reader hears the new place."""
    phone, ben = venue.phone(room), venue.phone(room)
    colour = phone.place_marker()
    before = phone.place()
    elsewhere = MIDDLE.moved(-70, 90)
    phone.finger.tap(elsewhere)
    expect(phone.move_here).to_have_text("Move here")
    assert layout_problems(phone.page) == []
    phone.move_here.tap()
    phone.eyes.wait_at(colour, elsewhere)
    phone.wait_saved()
    expect(phone.move_here).to_be_hidden()
    ben.eyes.wait_at(colour, elsewhere)
    assert phone.place() != before
    phone.wait_heard(phone.place())


def test_the_offer_follows_the_next_tap_and_goes_with_the_map(venue: Venue, room: Room) -> None:
    phone, host = venue.phone(room), venue.remote(room)
    phone.place_marker()
    phone.finger.tap(MIDDLE.moved(60, 90))
    expect(phone.move_here).to_be_visible()
    first = phone.move_here.bounding_box()
    phone.finger.tap(MIDDLE.moved(-60, 110))
    phone.page.wait_for_function(
        "x => document.querySelector('#move-here-button').getBoundingClientRect().x !== x",
        arg=first and first["x"],
    )
    phone.finger.down(MIDDLE.moved(20, 120))
    phone.finger.move(MIDDLE.moved(60, 160))
    phone.finger.up()
    expect(phone.move_here).to_be_hidden()

    phone.finger.tap(MIDDLE.moved(-60, 110))
    expect(phone.move_here).to_be_visible()
    host.press("Lock the map")
    expect(phone.move_here).to_be_hidden()


def test_of_several_markers_the_nearest_is_offered_by_its_name(
    venue: Venue, server: ServerProcess
) -> None:
    phone = venue.phone(create_room(server, markers_each=2))
    phone.finger.tap(MIDDLE.moved(-60, 0))
    phone.wait_saved()
    phone.finger.tap(MIDDLE.moved(80, 80))
    expect(phone.marker).to_have_count(2)
    phone.wait_saved()
    phone.page.locator("#list-button").click()
    phone.list_entry(re.compile("1$")).click()
    phone.page.locator("#marker-label").fill("Home")
    phone.page.keyboard.press("Enter")
    phone.close_sheet()
    phone.finger.tap(MIDDLE.moved(-50, 90))
    expect(phone.move_here).to_have_text("Move “Home” here")


def test_a_drag_at_the_edge_pans_the_map(venue: Venue, room: Room) -> None:
    """A place out of view is reached without letting go."""
    ben, ada = venue.phone(room), venue.phone(room)
    other = ben.place_marker(ASIDE)
    colour = ada.place_marker()
    start = ada.eyes.wait_for(other)
    ada.lift(colour, (PHONE["width"] - MIDDLE.x - 4, 20))
    ada.eyes.wait_away_from(other, start, by=60)
    # Away from the edge it stops, and the marker is where the finger is.
    ada.finger.move(Point(200, 400))
    assert ada.eyes.wait_still(other).distance(start) > 20
    ada.finger.up()
    ada.wait_saved()
    ben.eyes.wait_for(other)
    assert ada.eyes.wait_still(colour).distance(Point(200, 400 - 44)) < 4


def test_a_marker_that_begins_at_the_edge_does_not_take_the_map_along(
    venue: Venue, room: Room
) -> None:
    ben, ada = venue.phone(room), venue.phone(room)
    other = ben.place_marker(ASIDE)
    colour = ada.place_marker(Point(20, 420))
    start = ada.eyes.wait_for(other)
    ada.drag(colour, (120, 0))
    ada.wait_saved()
    assert ada.eyes.wait_still(other).distance(start) < 2


def test_on_a_phone_held_sideways_the_sheet_leaves_the_marker_in_view(
    venue: Venue, room: Room
) -> None:
    """And back upright it is still there; or a button finds it."""
    page = venue.page(room.join_url, LYING, has_touch=True, is_mobile=True)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    at = Point(560, 200)
    phone.finger.tap(at)
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    phone.finger.tap(at)
    sheet = page.locator("#marker-sheet")
    expect(sheet).to_be_visible()
    phone.eyes.wait_still(phone.colour())
    handle, box = phone.marker.bounding_box(), sheet.bounding_box()
    assert handle is not None
    assert box is not None
    assert handle["x"] + handle["width"] / 2 < box["x"]
    assert layout_problems(page) == []
    phone.close_sheet()
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Find my marker").click()
    phone.wait_heard(phone.place())
    found = phone.eyes.wait_still(phone.colour())
    assert 0 < found.x < PHONE["width"]
    assert 0 < found.y < PHONE["height"]
