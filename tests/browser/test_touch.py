"""Fingers: presses of any length, quick taps on the zoom buttons, two fingers anywhere."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.eyes import Point
from tests.browser.people import MIDDLE, Phone
from tests.browser.venue import PHONE, Room, Venue

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def iphone(venue: Venue, room: Room) -> Phone:
    """Chromium, but Leaflet takes the path that it takes on an iPhone."""
    return venue.phone(room, user_agent=IPHONE)


def hold(phone: Phone, at: Point, milliseconds: int) -> None:
    """Press so long. The length is what these tests are about; nothing is waited for by it."""
    phone.finger.down(at)
    time.sleep(milliseconds / 1000)
    phone.finger.up()


@pytest.mark.parametrize("milliseconds", [50, 300, 700, 1200])
def test_a_press_of_any_length_places_one_marker(iphone: Phone, milliseconds: int) -> None:
    hold(iphone, MIDDLE, milliseconds)
    expect(iphone.marker).to_be_visible()
    iphone.wait_saved()
    iphone.eyes.wait_at(iphone.colour(), MIDDLE, within=4)
    expect(iphone.marker).to_have_count(1)
    # One press, one answer: the hint would stand out if it had counted twice.
    assert iphone.stressed_hint.count() == 0


def test_a_long_press_on_a_marker_chooses_it(iphone: Phone) -> None:
    colour = iphone.place_marker()
    at = iphone.eyes.wait_still(colour)
    hold(iphone, at, 700)
    expect(iphone.page.locator("#marker-sheet")).to_be_visible()
    iphone.eyes.wait_at(colour, at, within=4)


def test_a_finger_that_pans_or_drags_slowly_places_nothing(iphone: Phone) -> None:
    iphone.finger.down(MIDDLE)
    time.sleep(0.4)
    iphone.finger.move(MIDDLE.moved(60, 40))
    iphone.finger.up()
    colour = iphone.place_marker()
    expect(iphone.marker).to_have_count(1)
    there = iphone.drag(colour, (50, 90))
    iphone.wait_saved()
    iphone.eyes.wait_at(colour, there, within=4)
    expect(iphone.page.locator("#marker-sheet")).to_be_hidden()


def test_two_quick_taps_on_a_zoom_button_are_two_steps(venue: Venue, room: Room) -> None:
    """And a third the other way, while the map still moves, takes one back."""
    phone = venue.phone(room)
    middle = Point(PHONE["width"] / 2, PHONE["height"] / 2)
    colour = phone.place_marker(middle.moved(20, 15))
    start = phone.eyes.wait_still(colour)
    tap = (
        "(id, times) => { for (let i = 0; i < times; i += 1) document.getElementById(id).click(); }"
    )
    phone.page.evaluate(f"({tap})('zoom-in', 2)")
    far = Point(*(m + (s - m) * 4 for m, s in zip(middle, start, strict=True)))
    phone.eyes.wait_at(colour, far, within=6)
    phone.page.evaluate(f"({tap})('zoom-in', 1), ({tap})('zoom-out', 2)")
    near = Point(*(m + (s - m) * 2 for m, s in zip(middle, start, strict=True)))
    phone.eyes.wait_at(colour, near, within=6)


def pinch(page: Page, x: float, y: float) -> None:
    """Two fingers that part."""
    devtools = page.context.new_cdp_session(page)
    apart = [{"x": x - 20, "y": y, "id": 1}, {"x": x + 20, "y": y, "id": 2}]
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": apart})
    for step in range(1, 9):
        for point, sign in zip(apart, (-1, 1), strict=True):
            point["x"] = x + sign * (20 + 15 * step)
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": apart})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_two_fingers_on_the_question_do_not_enlarge_the_page(venue: Venue, room: Room) -> None:
    """On the map, which takes all touches, nobody could make it small again."""
    phone = venue.phone(room)
    box = phone.page.locator("#question-card").bounding_box()
    assert box is not None
    pinch(phone.page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert phone.page.evaluate("visualViewport.scale") == 1
