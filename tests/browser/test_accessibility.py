"""axe finds nothing, on every page, in every state a person can bring it into (WCAG 2.2 AA)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.people import MIDDLE, Phone
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, create_room, origin

pytestmark = pytest.mark.parametrize("scheme", ["light", "dark"])


class Findings:
    """Collects what axe finds in each state, so that one run shows all of it."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def look(self, page: Page, state: str) -> None:
        self.all += [f"{state}: {found}" for found in violations(page)]


@pytest.fixture
def axe() -> Iterator[Findings]:
    findings = Findings()
    yield findings
    assert findings.all == []


def test_the_front_page(venue: Venue, server: ServerProcess, axe: Findings, scheme: str) -> None:
    page = venue.page(origin(server), PHONE, color_scheme=scheme)
    axe.look(page, "front page")
    page.get_by_role("textbox", name="Have a code?").fill("12")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("A code has six digits.")).to_be_visible()
    axe.look(page, "front page with an error")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    page.goto(origin(server))
    expect(page.get_by_role("link", name="Remote")).to_be_visible()
    axe.look(page, "front page with opened maps")


def test_the_audience_page(venue: Venue, room: Room, axe: Findings, scheme: str) -> None:
    phone = venue.phone(room, color_scheme=scheme)
    page = phone.page
    axe.look(page, "before the first marker")
    page.get_by_role("button", name="Place precisely").click()
    axe.look(page, "aiming")
    page.get_by_role("button", name="Place here").click()
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    axe.look(page, "with a marker")
    phone.finger.tap(MIDDLE.moved(80, 100))
    expect(phone.move_here).to_be_visible()
    axe.look(page, "with the offer to move the marker")
    page.get_by_role("button", name="Change your name").click()
    axe.look(page, "changing the name")
    page.get_by_role("button", name="Cancel").click()
    page.locator("#list-button").click()
    axe.look(page, "the list")
    phone.list_entry().first.click()
    expect(page.get_by_label("Label")).to_be_visible()
    axe.look(page, "the sheet of a marker")


def test_the_audience_page_without_a_connection(
    venue: Venue, room: Room, axe: Findings, scheme: str
) -> None:
    phone = venue.phone(room, color_scheme=scheme)
    phone.watch.expect(r"WebSocket connection to .* failed: .*INTERNET_DISCONNECTED")
    phone.page.context.set_offline(True)
    expect(phone.banner.get_by_role("button", name="Try now")).to_be_visible()
    phone.finger.tap(MIDDLE)
    expect(phone.save_state).to_contain_text("Not saved yet")
    axe.look(phone.page, "offline, with an unsaved marker")


def test_the_screen(venue: Venue, server: ServerProcess, axe: Findings, scheme: str) -> None:
    page = venue.page(origin(server), PROJECTOR, color_scheme=scheme)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    expect(page.locator("#waiting")).to_be_visible()
    axe.look(page, "waiting for the first marker")
    code = page.url.split("/")[3]
    join = venue.page(f"{origin(server)}/{code}", PHONE)
    phone = venue.visitor(Phone, join)
    phone.wait_live()
    phone.place_marker()
    page.get_by_role("button", name="Results as text").click()
    expect(page.locator("#results-rows tr")).to_have_count(1)
    axe.look(page, "with the result as text")
    page.get_by_role("button", name="Results as text").click()
    page.get_by_role("button", name="Use my phone as the remote").click()
    expect(page.locator("#remote-qr canvas")).to_be_visible()
    axe.look(page, "with the remote's code")


def test_the_remote(venue: Venue, server: ServerProcess, axe: Findings, scheme: str) -> None:
    room = create_room(server)
    phone, host = venue.phone(room), venue.remote(room, color_scheme=scheme)
    phone.place_marker()
    page = host.page
    axe.look(page, "the remote")
    host.press("Question")
    axe.look(page, "renaming the question")
    page.get_by_role("button", name="Cancel").click()
    host.press("People")
    axe.look(page, "the people")
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    axe.look(page, "asking whether to remove somebody")
    host.confirm("Cancel")
    page.locator("#people-close").click()
    host.press("Remotes")
    expect(page.locator("#remotes-list li")).to_have_count(1)
    axe.look(page, "the remotes")
    page.get_by_role("button", name="Connect another").click()
    expect(page.locator("#remote-qr canvas")).to_be_visible()
    axe.look(page, "connecting another remote")
    page.get_by_role("button", name="Done").click()
    page.locator("#remotes-close").click()
    host.choose_from_list("Marker 1")
    axe.look(page, "the sheet of somebody's marker")
    host.close_sheet()
    host.press("Lock the map")
    expect(phone.hint).to_contain_text("locked")
    axe.look(page, "locked")
    host.press("Close map")
    host.confirm("Close the map")
    expect(phone.ending).to_be_visible()
    axe.look(page, "the remote of a closed map")
    axe.look(phone.page, "a closed map")


def test_the_pages_that_help(venue: Venue, room: Room, axe: Findings, scheme: str) -> None:
    page = venue.page(f"{room.join_url}/host", PHONE, color_scheme=scheme)
    expect(page.get_by_role("heading", name="This page needs the remote link")).to_be_visible()
    axe.look(page, "the remote without its key")
    nowhere = f"/{(int(room.code) + 1) % 1_000_000:06d}"
    for path in (nowhere, "/nothing/here"):
        venue.watch(page).expect(f"404.*{path}")
        page.goto(room.origin + path)
        axe.look(page, path)
