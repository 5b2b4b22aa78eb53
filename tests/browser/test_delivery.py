"""What the browser is given: little, the same for everybody, and nothing that runs unasked."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from testkit.server import ServerProcess
from tests.browser.venue import PHONE, Room, Venue

# What a phone may download before it can place a marker, before tiles, in bytes on the wire:
# 12 kB of it are the names of places.
AUDIENCE_BYTES = 162_500
# And in how many requests: a browser makes six at a time, and a room makes them all at once.
AUDIENCE_REQUESTS = 12

PATHS = ["/", "/{code}", "/{code}/screen", "/{code}/host", "/nothing/here"]


def test_the_first_load_of_the_audience_page_is_small(venue: Venue, room: Room) -> None:
    """Everything until a marker can be placed, as compressed on the wire (V2)."""
    page = venue.context(PHONE).new_page()
    devtools = page.context.new_cdp_session(page)
    sizes: dict[str, float] = {}
    addresses: dict[str, str] = {}

    def note_address(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def note_size(event: dict[str, Any]) -> None:
        sizes[addresses[event["requestId"]]] = event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", note_address)
    devtools.on("Network.loadingFinished", note_size)
    devtools.send("Network.enable")
    page.goto(room.join_url)
    page.get_by_text("Tap the map to place your marker.").wait_for()
    page.locator(".marker-canvas").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert any("leaflet" in address for address in sizes), "the map library counts, too"
    assert any("world-110m" in address for address in sizes), "and so does the base map"
    assert sum(sizes.values()) < AUDIENCE_BYTES, sizes
    assert len(sizes) <= AUDIENCE_REQUESTS, sizes


def test_a_second_visit_downloads_nothing_anew(venue: Venue, room: Room) -> None:
    """All but the page itself may be kept for ever, because its name says its version (V2)."""
    page = venue.context(PHONE).new_page()
    page.goto(room.join_url)
    page.locator(".marker-canvas").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    devtools = page.context.new_cdp_session(page)
    received: list[float] = []
    devtools.on(
        "Network.loadingFinished", lambda event: received.append(event["encodedDataLength"])
    )
    devtools.send("Network.enable")
    page.reload()
    page.locator(".marker-canvas").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert len(received) > 5
    assert sum(received) < 2_000, received


@pytest.mark.parametrize("path", PATHS)
def test_two_people_get_the_same_bytes_and_no_cookie(
    server: ServerProcess, room: Room, path: str
) -> None:
    """A cache may hold every page (V2)."""
    address = server.url + path.format(code=room.code)
    agents = ["Mozilla/5.0 (Linux; Android 9) Mobile", "Mozilla/5.0 (Macintosh)"]
    answers = [httpx.get(address, headers={"User-Agent": agent}) for agent in agents]
    assert answers[0].content == answers[1].content
    for answer in answers:
        assert "set-cookie" not in answer.headers


def test_a_visit_leaves_no_cookie_in_the_browser(venue: Venue, room: Room) -> None:
    phone, host = venue.phone(room), venue.remote(room)
    phone.place_marker()
    assert phone.page.context.cookies() == []
    assert host.page.context.cookies() == []


# Ways to get something into a page that no page of ours uses: tag, text, style attribute.
INLINE = {
    "a script": ("script", "globalThis.ran = true", ""),
    "a style sheet": ("style", "body { outline: 7px solid }", ""),
    "a style": ("div", "", "outline: 7px solid"),
}


def policy_stops(page: Page, element: tuple[str, str, str]) -> bool:
    """Whether the page's policy stops this element from having an effect."""
    stopped: bool = page.evaluate(
        """([tag, text, style]) => new Promise((resolve) => {
            const stop = () => resolve(true);
            document.addEventListener("securitypolicyviolation", stop, { once: true });
            const made = document.createElement(tag);
            if (style) made.setAttribute("style", style);
            made.textContent = text;
            document.head.append(made);
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(false)));
        })""",
        element,
    )
    return stopped


@pytest.mark.parametrize("path", PATHS)
def test_nothing_inline_has_an_effect_on_any_page(venue: Venue, room: Room, path: str) -> None:
    """Even if markup got into a page, it could do nothing (A4)."""
    page = venue.context(PHONE).new_page()
    venue.watch(page).expect("Content Security Policy", "404.*/nothing/here")
    page.goto(room.origin + path.format(code=room.code))
    for what, element in INLINE.items():
        assert policy_stops(page, element), what
    assert page.evaluate("globalThis.ran") is None
