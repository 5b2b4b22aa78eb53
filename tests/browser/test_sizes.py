"""The map at every size: what it shows when its size changes, and what lies over it."""

from playwright.sync_api import ViewportSize

from tests.browser.eyes import Point
from tests.browser.people import Phone, Screen
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue

FULL_HD = ViewportSize(width=1920, height=1080)
LYING = ViewportSize(width=740, height=360)


def from_the_middle(phone: Phone, colour: str) -> Point:
    """Where a marker is drawn, seen from the middle of the page."""
    at = phone.eyes.wait_still(colour)
    width, height = phone.page.evaluate("[innerWidth, innerHeight]")
    return at.moved(-width / 2, -height / 2)


def test_a_screen_of_another_size_shows_what_it_shows_when_opened_at_that_size(
    venue: Venue, room: Room
) -> None:
    """A projector is plugged in, and unplugged."""
    phone = venue.phone(room)
    colour = phone.place_marker()
    screens = {}
    for name, size in {"small": PROJECTOR, "large": FULL_HD}.items():
        screens[name] = venue.visitor(Screen, venue.page(room.screen_url, size))
        screens[name].wait_live()
    small, large = (screens[name].eyes.wait_still(colour) for name in ("small", "large"))
    screens["large"].page.set_viewport_size(PROJECTOR)
    screens["large"].eyes.wait_at(colour, small)
    screens["small"].page.set_viewport_size(FULL_HD)
    screens["small"].eyes.wait_at(colour, large)
    screens["small"].page.set_viewport_size(PROJECTOR)
    screens["small"].eyes.wait_at(colour, small)


def test_a_screen_that_was_moved_by_hand_keeps_its_middle(venue: Venue, room: Room) -> None:
    screen, phone = venue.screen(room), venue.phone(room)
    colour = phone.place_marker()
    mouse = screen.page.mouse
    start = screen.eyes.wait_still(colour)
    screen.page.locator("#zoom-in").click()
    screen.eyes.wait_away_from(colour, start, by=5)
    start = screen.eyes.wait_still(colour)
    mouse.move(300, 400)
    mouse.down()
    mouse.move(360, 440, steps=5)
    # Held still for a moment, a map has no momentum.
    screen.eyes.wait_at(colour, start.moved(60, 40), within=8)
    there = screen.eyes.wait_still(colour)
    mouse.up()
    box = screen.page.locator("#map").bounding_box()
    assert box is not None
    screen.page.set_viewport_size(ViewportSize(width=1100, height=800))
    larger = screen.page.locator("#map").bounding_box()
    assert larger is not None
    grown = Point((larger["width"] - box["width"]) / 2, (larger["height"] - box["height"]) / 2)
    screen.eyes.wait_at(colour, there.moved(*grown))


def test_a_phone_that_is_turned_keeps_the_middle_of_its_map(venue: Venue, room: Room) -> None:
    """Also where there is less room for it in between: turned back, all is as before."""
    phone = venue.phone(room)
    colour = phone.place_marker()
    before = from_the_middle(phone, colour)
    place = phone.eyes.wait_still(colour)
    phone.page.set_viewport_size(LYING)
    phone.eyes.wait_away_from(colour, place, by=50)
    turned = from_the_middle(phone, colour)
    assert turned.distance(before) < 3
    phone.page.set_viewport_size(PHONE)
    phone.eyes.wait_at(colour, place)


def test_a_keyboard_that_opens_on_a_phone_leaves_the_middle_of_the_map(
    venue: Venue, room: Room
) -> None:
    phone = venue.phone(room)
    colour = phone.place_marker()
    place = phone.eyes.wait_still(colour)
    phone.page.set_viewport_size(ViewportSize(width=360, height=440))
    phone.eyes.wait_at(colour, place.moved(0, -150))
    phone.page.set_viewport_size(PHONE)
    phone.eyes.wait_at(colour, place)
