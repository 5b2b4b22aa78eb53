"""The QR code leads phones to an address that they reach, wherever the screen was opened."""

import json

from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import Screen
from tests.browser.venue import PROJECTOR, Venue, create_room

HOTSPOT, WIFI = "10.42.0.1", "192.168.1.5"


def opened_at_localhost(venue: Venue, server: ServerProcess, addresses: list[str]) -> Screen:
    """A screen on the server's own machine, which has these addresses besides."""
    room = create_room(server)
    context = venue.context(PROJECTOR)
    told = [{"address": a, "site": f"http://{a}:{server.port}"} for a in addresses]
    context.route(
        "**/api/addresses", lambda route: route.fulfill(body=json.dumps({"addresses": told}))
    )
    # This machine does not have them.
    context.route(
        "**/qr.svg?at=*",
        lambda route: route.fulfill(
            content_type="image/svg+xml",
            body='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        ),
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/{room.code}/screen#key={room.host_key}")
    page.evaluate(
        "([code, key]) => localStorage.setItem(`livemap:host:${code}`, key)",
        [room.code, room.host_key],
    )
    page.reload()
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    return screen


def test_opened_at_localhost_it_leads_to_the_likeliest_address(
    venue: Venue, server: ServerProcess
) -> None:
    screen = opened_at_localhost(venue, server, [HOTSPOT])
    page = screen.page
    expect(page.locator("#address")).to_have_text(f"{HOTSPOT}:{server.port}")
    assert (page.locator("#join-qr").get_attribute("src") or "").endswith(f"?at={HOTSPOT}")
    expect(page.locator("#unreachable")).to_be_hidden()
    expect(page.locator("#next-address")).to_be_hidden()


def test_where_there_are_several_another_is_one_press_away_and_kept(
    venue: Venue, server: ServerProcess
) -> None:
    """For the remote as well, which is a phone too."""
    screen = opened_at_localhost(venue, server, [HOTSPOT, WIFI])
    page = screen.page
    page.get_by_role("button", name="Phones can't connect? Try another address").click()
    expect(page.locator("#address")).to_have_text(f"{WIFI}:{server.port}")
    assert (page.locator("#join-qr").get_attribute("src") or "").endswith(f"?at={WIFI}")
    screen.reload()
    expect(page.locator("#address")).to_have_text(f"{WIFI}:{server.port}")
    page.get_by_role("button", name="Phones can't connect? Try another address").click()
    expect(page.locator("#address")).to_have_text(f"{HOTSPOT}:{server.port}")


def test_without_any_it_says_that_phones_cannot_come(venue: Venue, server: ServerProcess) -> None:
    screen = opened_at_localhost(venue, server, [])
    expect(screen.page.locator("#unreachable")).to_be_visible()


def test_opened_at_a_name_of_the_network_it_stays_with_that_name(
    venue: Venue, server: ServerProcess
) -> None:
    screen = venue.screen(create_room(server))
    expect(screen.page.locator("#address")).to_have_text(f"venue.test:{server.port}")
    expect(screen.page.locator("#unreachable")).to_be_hidden()
    expect(screen.page.locator("#next-address")).to_be_hidden()
