"""Remotes are paired by a code that works once, listed, and disconnected (A1)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.people import Remote, Screen
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, origin


@pytest.fixture
def screen(venue: Venue, room: Room) -> Screen:
    """The screen in the browser that has opened the room."""
    page = venue.context(PROJECTOR).new_page()
    page.goto(room.origin)
    page.evaluate("([name, key]) => localStorage.setItem(name, key)", _stored(room))
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    return screen


def _stored(room: Room) -> list[str]:
    return [f"livemap:host:{room.code}", room.host_key]


def show_code(page: Page, button: str = "Use my phone as the remote") -> str:
    """Let a page show a one-time code; return the link that is in it."""
    with page.expect_response("**/pairings") as asked:
        page.get_by_role("button", name=button, exact=True).click()
    answer: dict[str, Any] = asked.value.json()
    expect(page.get_by_role("img", name="QR code that connects a remote")).to_be_visible()
    url: str = answer["url"]
    return url


def scan(venue: Venue, link: str) -> Remote:
    return venue.visitor(Remote, venue.page(link, PHONE))


def test_a_phone_that_scans_the_code_is_a_remote_and_a_photo_of_it_is_worth_nothing(
    venue: Venue, screen: Screen, room: Room
) -> None:
    link = show_code(screen.page)
    assert room.host_key not in link
    phone = scan(venue, link)
    phone.wait_live()
    expect(screen.page.get_by_role("dialog")).to_contain_text("A remote is connected.")
    screen.wait_heard("A remote is connected.")
    expect(screen.page.locator("#remote-qr canvas")).to_have_count(0)
    expect(screen.page.get_by_role("button", name="Done")).to_be_focused()
    # It keeps its own key, and the address bar shows none.
    phone.page.wait_for_url(re.compile(r"/host$"))
    phone.reload()
    phone.press("Lock the map")
    expect(screen.page.locator("#locked")).to_be_visible()

    thief = scan(venue, link)
    expect(thief.ending).to_contain_text("This code doesn't work any more")
    expect(thief.ending).to_contain_text("Show a new one on the big screen.")
    # The phone itself may scan it once more.
    phone.page.goto(link)
    phone.wait_live()


def test_another_code_follows_while_the_dialog_is_open(
    venue: Venue, screen: Screen, room: Room
) -> None:
    page = screen.page
    page.clock.install()
    first = show_code(page)
    with page.expect_response("**/pairings") as asked:
        page.clock.run_for(66_000)
    second = asked.value.json()["url"]
    assert second != first
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#remote-qr canvas")).to_have_count(0)
    scan(venue, second).wait_live()


def test_a_remote_lists_the_remotes_and_disconnects_one(
    venue: Venue, screen: Screen, room: Room
) -> None:
    first = scan(venue, show_code(screen.page))
    first.wait_live()
    first.press("Remotes")
    rows = first.page.locator("#remotes-list li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Browser that opened this map")
    expect(rows.last).to_contain_text("this remote")

    # A remote can connect another by itself.
    second = scan(venue, show_code(first.page, "Connect another"))
    second.wait_live()
    expect(first.page.locator("#remote-dialog")).to_contain_text("A remote is connected.")
    first.page.get_by_role("button", name="Done").click()
    expect(rows).to_have_count(3)
    rows.last.get_by_role("button", name="Disconnect").click()
    first.confirm("Disconnect")
    expect(second.ending).to_contain_text("Remote disconnected")
    expect(rows).to_have_count(2)
    # It is told so again when it comes back, and its browser offers it no more.
    second.page.reload()
    expect(
        second.page.get_by_role("heading", name="This page needs the remote link")
    ).to_be_visible()


def test_all_others_can_be_disconnected_and_a_copied_link_is_worth_nothing(
    venue: Venue, screen: Screen, room: Room
) -> None:
    host = venue.remote(room)
    other = scan(venue, show_code(screen.page))
    other.wait_live()
    screen.page.get_by_role("button", name="Done").click()
    host.press("Remotes")
    host.press("Disconnect the other remotes")
    expect(host.page.get_by_role("dialog")).to_contain_text("1 other remote and every saved")
    host.confirm("Disconnect them")
    expect(other.ending).to_contain_text("Remote disconnected")
    host.wait_heard("The other remotes are disconnected.")
    expect(host.page.locator("#remotes-list li")).to_have_count(1)
    thief = scan(venue, room.host_url)
    expect(thief.ending).to_contain_text("Remote disconnected")
    host.reload()
    host.press("Lock the map")
    expect(screen.page.locator("#locked")).to_be_visible()
    # The screen goes on, and says why it connects no remote any more.
    screen.watch.expect("403")
    screen.page.get_by_role("button", name="Use my phone as the remote").click()
    expect(screen.page.get_by_role("dialog")).to_contain_text("can't connect remotes any more")


def test_a_new_key_whose_answer_was_lost_is_found_again(venue: Venue, room: Room) -> None:
    host = venue.remote(room)
    host.page.wait_for_url(re.compile(r"/host$"))
    # As if the page had gone between the change and its answer.
    host.page.evaluate(
        "([name]) => { localStorage.setItem(name + ':next', localStorage.getItem(name));"
        " localStorage.setItem(name, 'x'.repeat(32)); }",
        _stored(room),
    )
    host.page.reload()
    host.wait_live()
    host.reload()


def test_the_first_page_leads_to_a_screen_whose_code_carries_no_key(
    venue: Venue, server: ServerProcess
) -> None:
    page = venue.page(origin(server), PROJECTOR)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    link = show_code(page)
    assert "#pair=" in link
    assert not any("key=" in url or "pair=" in url for url in requests)
