"""Canvases as on a phone that has no memory for another one, and gives what it has only once."""

from playwright.sync_api import Page, expect

from tests.browser.people import Phone, Screen
from tests.browser.venue import PHONE, Room, Venue

# Refuses so many canvases before it gives them again, or all until told otherwise.
REFUSE = """
globalThis.refusals = %s;
const given = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (...how) {
  if (%s && globalThis.refusals > 0) {
    globalThis.refusals -= 1;
    return null;
  }
  return given.apply(this, how);
};
"""

# A tile that shows nothing is one whose middle has no colour at all.
BLANK_TILES = """() => {
  const tiles = [...document.querySelectorAll("canvas.leaflet-tile")];
  const blank = tiles.filter((tile) => {
    if (!tile.width) return true;
    const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    copy.drawImage(tile, -tile.width / 2, -tile.height / 2);
    return copy.getImageData(0, 0, 1, 1).data[3] === 0;
  });
  return tiles.length > 0 ? blank.length : -1;
}"""


def opened_with(venue: Venue, room: Room, script: str) -> Page:
    page = venue.context(PHONE).new_page()
    page.add_init_script(script)
    page.goto(room.join_url)
    return page


def test_one_refused_canvas_leaves_no_hole_in_the_map(venue: Venue, room: Room) -> None:
    """It blanked the base map for good: no tile was painted ever again."""
    page = opened_with(venue, room, REFUSE % (1, 'this.classList.contains("leaflet-tile")'))
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    page.wait_for_function("() => refusals === 0")
    page.wait_for_function(f"() => ({BLANK_TILES})() === 0")
    phone.place_marker()


def test_a_page_that_gets_no_canvas_at_first_shows_everything_when_it_does(
    venue: Venue, room: Room
) -> None:
    page = opened_with(venue, room, REFUSE % ("Infinity", "true"))
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    page.evaluate("() => { refusals = 0; }")
    phone.place_marker()
    page.wait_for_function(f"() => ({BLANK_TILES})() === 0")


def test_tiles_that_are_not_shown_any_more_hold_no_memory(venue: Venue, room: Room) -> None:
    """WebKit keeps what a removed canvas holds; iPhones end pages that hold too much."""
    script = """
      globalThis.tiles = new Set();
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) if (node.matches?.("canvas.leaflet-tile")) tiles.add(node);
      }).observe(document, { childList: true, subtree: true });
    """
    page = opened_with(venue, room, script)
    venue.visitor(Phone, page).wait_live()
    for button in ("#zoom-in", "#zoom-in", "#zoom-in", "#zoom-out"):
        page.locator(button).click()
    gone = "[...tiles].filter((tile) => !tile.isConnected)"
    page.wait_for_function(f"() => {gone}.length > 4")
    page.wait_for_function(f"() => {gone}.every((tile) => tile.width === 0)")


def test_heat_is_not_read_back_from_a_canvas(venue: Venue, room: Room) -> None:
    """A browser that guards against fingerprinting gives noise there."""
    page = venue.context().new_page()
    page.add_init_script(
        "CanvasRenderingContext2D.prototype.getImageData = () => { throw new Error('noise'); };"
    )
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    page.locator("#toggle-heat").click()
    expect(page.locator("#heat-legend")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_a_screen_that_may_not_be_full_says_so(venue: Venue, room: Room) -> None:
    page = venue.context().new_page()
    page.add_init_script(
        "Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refused'));"
    )
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    page.locator("#full-screen").click()
    expect(page.get_by_role("alert")).to_contain_text("refused full screen")
