"""Scripts and files that do not arrive, or are not understood: no page is dead without a word.

Selectors for whoever drives old engines: `html[data-trouble]` says what is wrong
(`old`, `lost`, `slow`, `map`), and the sentence that is shown is in `#trouble`.
"""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from testkit.server import ServerProcess
from tests.browser.people import Phone
from tests.browser.venue import PHONE, Room, Venue

# What the browser itself logs of a request that the test has blocked.
BLOCKED = r"ERR_FAILED|ERR_CONNECTION|failed: "
TOO_OLD = "This browser is too old for this page."
NOT_COMPLETE = "This page hasn't loaded completely."


@pytest.fixture
def profile(venue: Venue) -> BrowserContext:
    context = venue.context(PHONE)
    venue.watch(context).expect(BLOCKED)
    return context


def trouble(page: Page) -> Locator:
    """The sentence that is shown, of those that there are."""
    return page.locator("#trouble p").filter(visible=True)


class Blocked:
    """Requests that are lost until the test lets them through."""

    def __init__(self, profile: BrowserContext, pattern: str) -> None:
        self.asked = 0
        self.through = False
        profile.route(re.compile(pattern), self._take)

    def _take(self, route: Route) -> None:
        self.asked += 1
        if self.through:
            route.continue_()
        else:
            route.abort()


PAGES = {"audience": "/{}", "screen": "/{}/screen", "host": "/{}/host", "home": "/"}


@pytest.mark.parametrize("name", PAGES)
def test_a_script_that_is_lost_twice_is_told_and_a_reload_brings_it(
    venue: Venue, profile: BrowserContext, room: Room, name: str
) -> None:
    """Once the page reloads itself; then it says what is wrong and leaves that to its user."""
    blocked = Blocked(profile, rf"/js/pages/{name}\.\w+\.js")
    page = profile.new_page()
    page.goto(room.origin + PAGES[name].format(room.code))
    # Not before: while the page reloads itself, its style sheet is away too.
    expect(page.locator("html")).to_have_attribute("data-trouble", "lost")
    expect(trouble(page)).to_contain_text(NOT_COMPLETE)
    assert blocked.asked == 2
    blocked.through = True
    page.get_by_role("button", name="Reload the page").click()
    expect(page.locator("html")).to_have_attribute("data-page", re.compile("complete"))
    expect(trouble(page)).to_have_count(0)


def test_a_script_that_is_lost_once_is_there_after_a_reload_by_itself(
    venue: Venue, profile: BrowserContext, room: Room
) -> None:
    """Also the page of an older version, whose script an upgrade has taken away."""
    blocked = Blocked(profile, r"/js/pages/audience\.\w+\.js")
    page = profile.new_page()
    with page.expect_request_finished(
        lambda request: "audience." in request.url and blocked.through
    ):
        page.on("requestfailed", lambda request: setattr(blocked, "through", True))
        page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    phone.place_marker()


def test_a_style_sheet_that_is_lost_leaves_the_one_sentence_that_is_true(
    venue: Venue, profile: BrowserContext, room: Room
) -> None:
    blocked = Blocked(profile, r"\.css$")
    page = profile.new_page()
    page.goto(room.join_url)
    expect(trouble(page)).to_have_text(NOT_COMPLETE + " Check the network, then reload the page.")
    assert blocked.asked
    blocked.through = True
    # By then the map has been made, and without a style sheet it is far too high.
    expect(page.locator("html")).to_have_attribute("data-page", "complete")
    page.get_by_role("button", name="Reload the page").click()
    expect(trouble(page)).to_have_count(0)


UNDERSTOOD_BY_NOBODY = "class { #private( }"


@pytest.mark.parametrize("how", ["syntax", "no dialogs", "no modules"])
def test_a_browser_that_is_too_old_is_told_so(
    venue: Venue, profile: BrowserContext, room: Room, how: str
) -> None:
    venue.watch(profile).expect("Unexpected token", "HTMLDialogElement", "not a constructor")
    page = profile.new_page()
    if how == "syntax":
        page.route(
            re.compile(r"/js/pages/audience\."),
            lambda route: route.fulfill(body=UNDERSTOOD_BY_NOBODY, content_type="text/javascript"),
        )
    elif how == "no dialogs":
        page.add_init_script("delete globalThis.HTMLDialogElement")
    else:
        page.add_init_script("delete HTMLScriptElement.prototype.noModule")
        Blocked(profile, r"/js/pages/audience\.")
    page.goto(room.join_url)
    expect(trouble(page)).to_contain_text(TOO_OLD)
    expect(page.get_by_role("button", name="Reload the page")).to_be_hidden()


def test_a_map_library_that_is_nowhere_is_asked_for_until_it_is_there(
    venue: Venue, profile: BrowserContext, room: Room
) -> None:
    """Meanwhile the page says so; in the end it works without a reload by its user."""
    blocked = Blocked(profile, r"/leaflet/leaflet\.\w+\.js")
    page = profile.new_page()
    # As after the one reload that a page makes by itself.
    page.add_init_script("sessionStorage.setItem('livemap:reloaded', '1')")
    page.goto(room.join_url)
    expect(trouble(page)).to_contain_text("The map can't be loaded right now.")
    expect(page.locator("#question")).to_have_text("Where did you travel from?")
    blocked.through = True
    page.evaluate("dispatchEvent(new Event('online'))")
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    expect(trouble(page)).to_have_count(0)
    phone.place_marker()


def test_a_library_that_is_gone_for_good_reloads_the_page_once(
    venue: Venue, profile: BrowserContext, room: Room
) -> None:
    """It is asked for over and over, but the page is not reloaded in a loop."""
    blocked = Blocked(profile, r"/leaflet/leaflet\.\w+\.js")
    page = profile.new_page()
    loads: list[str] = []
    page.on("load", lambda _page: loads.append("load"))
    page.goto(room.join_url)
    page.wait_for_function("() => sessionStorage.getItem('livemap:reloaded')")
    before = blocked.asked
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    while blocked.asked < before + 4:
        with page.expect_request(re.compile("leaflet")):
            page.evaluate("setTimeout(() => dispatchEvent(new Event('online')))")
    assert len(loads) == 2


def test_the_base_map_is_asked_for_again_when_the_network_is_back(
    venue: Venue, profile: BrowserContext, room: Room
) -> None:
    venue.watch(profile).expect("willReadFrequently")
    blocked = Blocked(profile, r"/basemap/world-110m")
    page = profile.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    assert blocked.asked >= 1
    assert not page.evaluate(LAND)
    blocked.through = True
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(LAND)


# Whether any tile of the base map has the colour of land somewhere.
LAND = """() => [...document.querySelectorAll('.leaflet-basemap-pane canvas')].some((tile) => {
    const { width, height } = tile;
    if (!width) return false;
    const colour = getComputedStyle(document.documentElement).getPropertyValue('--land').trim();
    const land = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const { data } = tile.getContext('2d').getImageData(0, 0, width, height);
    for (let at = 0; at < data.length; at += 4 * 97) {
        if (land.every((part, index) => data[at + index] === part)) return true;
    }
    return false;
})"""


def test_the_front_page_says_that_it_needs_scripts(server: ServerProcess) -> None:
    """In the page itself: a browser without scripts that can be driven shows no noscript."""
    html = httpx.get(server.url).text
    assert re.search(r"<noscript>.*both need JavaScript.*</noscript>", html)
