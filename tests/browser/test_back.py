"""Back closes what is open on the page before it leaves the page."""

import re

from playwright.sync_api import expect

from tests.browser.people import Phone
from tests.browser.venue import PHONE, Room, Venue


def come_in(venue: Venue, room: Room) -> Phone:
    """From the front page, so that there is something to go back to."""
    page = venue.page(room.origin, PHONE)
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    return phone


def test_back_closes_each_thing_that_is_open_and_then_leaves(venue: Venue, room: Room) -> None:
    phone = come_in(venue, room)
    page = phone.page
    phone.place_marker()
    for opener, opened in {
        "#list-button": "#list-sheet",
        "#name-button": "#name-dialog",
        "#aim-button": "#aim-bar",
    }.items():
        page.locator(opener).click()
        expect(page.locator(opened)).to_be_visible()
        page.wait_for_function("() => history.state?.open === 1")
        page.go_back()
        expect(page.locator(opened)).to_be_hidden()
        assert page.url == room.join_url
        page.wait_for_function("() => !history.state?.open")
    page.go_back()
    page.wait_for_url(re.compile(r"/$"))
    page.go_forward()
    phone.wait_live()
    expect(phone.marker).to_be_visible()


def test_what_is_closed_by_its_button_leaves_nothing_to_go_back_through(
    venue: Venue, room: Room
) -> None:
    phone = come_in(venue, room)
    page = phone.page
    phone.place_marker()
    # One sheet gives way to another, which is then closed.
    phone.choose_from_list("Your marker")
    page.wait_for_function("() => history.state?.open === 1")
    phone.close_sheet()
    page.wait_for_function("() => !history.state?.open")
    page.go_forward()
    page.wait_for_function("() => !history.state?.open")
    expect(page.locator("#marker-sheet")).to_be_hidden()
    page.go_back()
    page.wait_for_url(re.compile(r"/$"))


def test_a_reload_with_something_open_costs_no_second_press(venue: Venue, room: Room) -> None:
    phone = come_in(venue, room)
    page = phone.page
    page.locator("#list-button").click()
    page.wait_for_function("() => history.state?.open === 1")
    phone.reload()
    expect(page.locator("#list-sheet")).to_be_hidden()
    page.wait_for_function("() => !history.state?.open")
    page.go_back()
    page.wait_for_url(re.compile(r"/$"))


def test_back_says_no_where_the_remote_asks_whether_one_is_sure(venue: Venue, room: Room) -> None:
    host = venue.remote(room)
    host.page.wait_for_url(re.compile(r"/host$"))
    host.press("Close map")
    expect(host.page.get_by_role("dialog")).to_be_visible()
    # Above the settings, which stay.
    host.page.wait_for_function("() => history.state?.open === 2")
    host.page.go_back()
    expect(host.page.get_by_role("dialog")).to_be_hidden()
    expect(host.page.get_by_role("button", name="Close map")).to_be_visible()
    host.press("Now")
    host.press("Lock the map")
    expect(host.page.get_by_role("button", name="Unlock the map")).to_be_visible()
