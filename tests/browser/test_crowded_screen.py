"""A screen with more markers than anybody can look at one by one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.crowd import Crowd
from tests.browser.venue import PROJECTOR, Room, Venue, create_room

# More than the map suggests an overview for.
MARKERS = 1200
# As drawn, once it is another one than that and rests. Two equal frames may lie
# between a zoom and its animation, or between a pan and its momentum.
PICTURE = """
async (other) => {
  const canvas = document.querySelector(".marker-canvas");
  for (let [before, equal] = ["", 0]; ; ) {
    await new Promise(requestAnimationFrame);
    const now = canvas.toDataURL();
    equal = now === before && now !== other ? equal + 1 : 0;
    if (equal === 20) return now;
    before = now;
  }
}
"""


@pytest.fixture
def room(server: ServerProcess) -> Iterator[Room]:
    room = create_room(server, question="Where are you?", rules="shared", anyone_adds=True)
    with Crowd(f"{server.websocket_url}/ws/{room.code}", MARKERS):
        yield room


def picture(page: Page, other: str = "") -> str:
    drawn: str = page.evaluate(PICTURE, other)
    return drawn


def test_in_a_crowd_the_presenter_is_offered_where_most_are(venue: Venue, room: Room) -> None:
    page = venue.screen(room).page
    heat = page.get_by_role("button", name="Heat map")
    expect(page.locator("#toggle-heat-words")).to_have_css("position", "static")
    expect(heat).to_have_attribute("aria-pressed", "false")
    markers = picture(page)

    heat.click()
    expect(heat).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("few")).to_be_visible()
    picture(page, other=markers)
    assert violations(page) == []

    page.reload()
    expect(heat).to_have_attribute("aria-pressed", "true")
    heat.click()
    expect(page.get_by_text("few")).to_be_hidden()
    assert picture(page) == markers


def test_a_crowd_at_rest_looks_the_same_however_the_map_came_there(
    venue: Venue, room: Room
) -> None:
    """What was copied and shifted is what would be drawn anew."""
    page = venue.screen(room).page
    opened = picture(page)
    page.mouse.move(300, 400)
    page.mouse.wheel(0, -60)
    zoomed = picture(page, other=opened)
    page.mouse.down()
    page.mouse.move(380, 440, steps=5)
    page.mouse.up()
    moved = picture(page, other=zoomed)

    # Another size, and back: now everything is drawn anew.
    page.set_viewport_size(ViewportSize(width=1000, height=768))
    resized = picture(page, other=moved)
    page.set_viewport_size(PROJECTOR)
    assert picture(page, other=resized) == moved
