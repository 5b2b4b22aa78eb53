"""The remote: what the host does, and how everybody else sees it."""

import re

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import PHONE, Room, Venue, create_room


def test_a_locked_map_says_so_and_nobody_can_move_a_marker(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    start = phone.eyes.wait_still(colour)

    host.press("Lock the map")
    expect(phone.hint).to_have_text("The presenter has locked the map. You can still look around.")
    expect(screen.page.locator("#locked")).to_be_visible()
    phone.finger.down(start)
    phone.finger.move(start.moved(60, 0))
    # The finger moves the map with everything on it, as on a free place.
    phone.eyes.wait_at(colour, start.moved(60, 0), within=6)
    phone.finger.up()
    assert host.page.locator("#marker-count").inner_text() == "1"

    host.press("Unlock the map")
    expect(phone.hint).to_contain_text("Drag your marker")
    expect(screen.page.locator("#locked")).to_be_hidden()
    phone.drag(colour, (60, 60))
    phone.wait_saved()
    expect(phone.notice).to_be_hidden()


def test_a_tap_on_a_locked_map_places_nothing_and_says_why(venue: Venue, room: Room) -> None:
    host, phone = venue.remote(room), venue.phone(room)
    host.press("Lock the map")
    expect(phone.hint).to_contain_text("locked")
    phone.finger.tap(MIDDLE)
    expect(phone.stressed_hint).to_have_text(
        "The presenter has locked the map. You can still look around."
    )
    expect(phone.marker).to_have_count(0)


def test_a_drag_under_way_ends_when_the_host_locks_the_map(venue: Venue, room: Room) -> None:
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    start = ada.eyes.wait_still(colour)
    held_at = ada.lift(colour, (60, 60))
    ben.eyes.wait_at(colour, held_at)
    host.press("Lock the map")
    expect(ada.hint).to_contain_text("locked")
    ada.finger.up()
    expect(ada.stressed_hint).to_have_text(
        "The presenter has locked the map. You can still look around."
    )
    # Wherever the room says that it is, everybody sees the same.
    ada.eyes.wait_at(colour, ben.eyes.wait_still(colour))
    assert start is not None


def test_nothing_says_that_the_map_is_locked_when_it_is_open_again(
    venue: Venue, room: Room
) -> None:
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    host.press("Lock the map")
    expect(phone.hint).to_contain_text("locked")
    phone.finger.tap(MIDDLE.moved(80, 80))
    expect(phone.stressed_hint).to_have_text(
        "The presenter has locked the map. You can still look around."
    )
    host.press("Unlock the map")
    expect(phone.hint).to_contain_text("Drag your marker")
    expect(phone.stressed_hint).to_have_count(0)
    expect(phone.notice).to_be_hidden()


def test_the_question_is_renamed_for_everybody(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    host.press("Question")
    field = host.page.get_by_role("textbox", name="The question")
    expect(field).to_have_value("Where did you travel from?")
    field.fill("Where would you like to live?")
    host.page.get_by_role("button", name="Save").click()
    host.wait_heard("Question saved.")
    for visitor in (screen, host, phone):
        expect(visitor.question).to_have_text("Where would you like to live?")
    assert phone.page.title() == "Where would you like to live?"


def test_a_marker_that_the_host_removes_is_gone_everywhere(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    host.choose_from_list("Marker 1")
    expect(host.page.locator("#marker-owner-name")).to_have_text(phone.name)
    host.page.locator("#marker-remove").click()
    for visitor in (screen, host, phone):
        visitor.eyes.wait_gone(colour)
    expect(phone.hint).to_have_text("Tap the map to place your marker.")
    assert phone.place_marker() is not None


def test_a_person_who_is_removed_is_told_so_and_does_not_come_back(
    venue: Venue, room: Room
) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour, name = phone.place_marker(), phone.name
    host.press("People")
    host.page.get_by_role("button", name=f"Remove {name}").click()
    host.confirm("Remove")

    expect(phone.ending).to_contain_text("You have been removed")
    expect(phone.ending).to_be_focused()
    screen.eyes.wait_gone(colour)
    expect(screen.people).to_have_text("Nobody here yet")
    phone.page.reload()
    expect(phone.ending).to_contain_text("The presenter has removed you from this map.")


def test_saying_no_removes_nobody(venue: Venue, room: Room) -> None:
    host, phone = venue.remote(room), venue.phone(room)
    colour, name = phone.place_marker(), phone.name
    host.press("People")
    host.page.get_by_role("button", name=f"Remove {name}").click()
    host.confirm("Cancel")
    expect(host.page.get_by_role("dialog")).to_be_hidden()
    expect(host.page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    host.eyes.wait_for(colour)


def test_the_remote_is_nobody_in_the_room(venue: Venue, room: Room) -> None:
    """Neither in the count, nor among those who have taken part: it has only locked the map."""
    screen, host = venue.screen(room), venue.remote(room)
    host.press("Lock the map")
    expect(screen.page.locator("#locked")).to_be_visible()
    host.press("Unlock the map")
    expect(screen.page.locator("#locked")).to_be_hidden()
    expect(screen.people).to_have_text("Nobody here yet")
    expect(host.page.locator("#people-count")).to_have_text("0 people here")
    host.press("People")
    expect(host.page.get_by_text("Nobody has taken part yet.")).to_be_visible()
    expect(host.page.locator("#people-list li")).to_have_count(0)

    phone = venue.phone(room)
    phone.place_marker()
    expect(screen.people).to_have_text("1 person here")
    expect(host.page.locator("#people-list li")).to_have_count(1)
    expect(host.page.locator("#people-list")).to_contain_text(phone.name)
    expect(host.page.get_by_text("Nobody has taken part yet.")).to_be_hidden()


def test_only_what_is_on_the_screen_is_said_to_be_there(venue: Venue, room: Room) -> None:
    """Nothing after a lock; nothing behind the sentence that one has been removed."""
    venue.screen(room)
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    expect(phone.save_state).to_have_text("On the screen ✓")
    host.press("Lock the map")
    expect(phone.hint).to_contain_text("locked")
    host.press("Unlock the map")
    expect(phone.hint).not_to_contain_text("locked")
    expect(host.save_state).to_be_hidden()
    host.press("People")
    host.page.get_by_role("button", name=f"Remove {phone.name}").click()
    host.confirm("Remove")
    expect(phone.ending).to_contain_text("You have been removed")
    expect(phone.save_state).to_be_hidden()


def test_a_closed_map_is_seen_to_be_closed_by_everybody(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    host.press("Close map")
    host.confirm("Close the map")
    expect(phone.ending).to_contain_text("This map is closed")
    expect(phone.ending.get_by_role("link", name="Home")).to_be_visible()
    expect(phone.page.locator("#ending-text")).to_have_text("Thanks for taking part.")
    expect(host.ending).to_contain_text("This map is closed")
    expect(host.ending).to_contain_text("A big screen that is open keeps the result")
    # The result stays on the screen.
    expect(screen.page.get_by_text("This map is closed.")).to_be_visible()
    screen.eyes.wait_for(colour)
    screen.show_results()
    expect(screen.result()).to_contain_text(phone.place())


def test_a_closed_map_invites_nobody(venue: Venue, room: Room) -> None:
    """The screen shows its result, and nothing that leads into a room that is over."""
    host = venue.remote(room)
    # In the browser that has the host key, the screen offers the remote.
    page = host.page.context.new_page()
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    invitations = [
        page.get_by_role("img", name="QR code that opens this map"),
        page.locator("#code"),
        page.get_by_role("button", name="QR code"),
        page.get_by_role("button", name="Use my phone as the remote"),
    ]
    for invitation in invitations:
        expect(invitation).to_be_visible()
    page.get_by_role("button", name="Use my phone as the remote").click()

    host.look_at()
    host.press("Close map")
    expect(host.page.get_by_role("dialog")).to_contain_text("A big screen that is open keeps")
    host.confirm("Close the map")
    screen.look_at()
    expect(page.get_by_text("This map is closed.")).to_be_visible()
    for invitation in invitations:
        expect(invitation).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_hidden()
    width = page.locator("#map").evaluate("map => map.offsetWidth")
    assert width == page.evaluate("innerWidth"), "the map takes the place of the code"
    screen.show_results()
    expect(page.locator("#results")).to_be_visible()


def test_a_closed_map_is_not_offered_any_more(venue: Venue, room: Room) -> None:
    host = venue.remote(room)
    host.press("Close map")
    host.confirm("Close the map")
    expect(host.ending).to_contain_text("This map is closed")
    late = venue.page(room.join_url, PHONE)
    venue.watch(late).expect(f"/{room.code}")
    expect(late.get_by_role("heading", name="This map is closed")).to_be_visible()
    host.watch.expect(f"/api/rooms/{room.code}")
    with host.page.expect_response(f"**/api/rooms/{room.code}"):
        host.page.goto(room.origin)
    expect(host.page.get_by_role("link", name="Remote")).to_have_count(0)
    host.page.wait_for_function("() => localStorage.getItem('livemap:opened') === '[]'")


def test_the_host_key_leaves_the_address_and_survives_a_reload(venue: Venue, room: Room) -> None:
    """It is in the fragment until this browser keeps it, and goes to no server (A1)."""
    page = venue.context(PHONE).new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(room.host_url)
    host = venue.visitor(Remote, page)
    host.wait_live()
    page.wait_for_url(re.compile(r"/host$"))
    host.reload()
    host.press("Lock the map")
    expect(page.get_by_role("button", name="Unlock the map")).to_be_visible()
    page.go_back()
    assert room.host_key not in page.url
    assert not any(room.host_key in url.split("#")[0] for url in requested)


def test_a_wrong_host_key_gets_a_clear_sentence(venue: Venue, room: Room) -> None:
    page = venue.page(f"{room.join_url}/host#key=not-the-key", PHONE)
    host = venue.visitor(Remote, page)
    expect(host.ending).to_contain_text("This link doesn't work")
    expect(host.ending).to_contain_text("This link doesn't open the remote.")


def test_a_wrong_link_does_not_take_the_remote_from_a_browser_that_has_the_key(
    venue: Venue, room: Room
) -> None:
    host = venue.remote(room)
    host.page.wait_for_url(re.compile(r"/host$"))
    host.page.goto(f"{room.join_url}/host#key=not-the-key")
    host.page.reload()
    expect(host.ending).to_contain_text("This link doesn't work")
    host.page.goto(room.origin)
    host.page.goto(f"{room.join_url}/host")
    host.wait_live()


def test_the_remote_without_a_key_says_where_to_get_it(venue: Venue, room: Room) -> None:
    page = venue.page(f"{room.join_url}/host", PHONE)
    expect(page.get_by_role("heading", name="This page needs the remote link")).to_be_visible()
    page.get_by_role("link", name="Join as a participant").click()
    venue.visitor(Phone, page).wait_live()


def test_the_host_is_no_stranger_to_the_audience_page(venue: Venue, room: Room) -> None:
    """The presenter may also take part, in the same browser."""
    screen, host = venue.screen(room), venue.remote(room)
    page = host.page.context.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    colour = phone.place_marker()
    screen.eyes.wait_for(colour)
    expect(screen.people).to_have_text("1 person here")


@pytest.fixture
def shared_room(server: ServerProcess) -> Room:
    return create_room(server, question="Where do we meet?", rules="shared")


def test_a_shared_room_says_to_each_how_it_begins(venue: Venue, shared_room: Room) -> None:
    """Only the host can place the first marker, so nobody else is asked to do anything."""
    host, phone = venue.remote(shared_room), venue.phone(shared_room)
    aim = phone.page.get_by_role("button", name="Place precisely")
    expect(host.hint).to_have_text("Tap the map to place the first marker.")
    expect(phone.hint).to_have_text("The presenter will place the markers.")
    expect(aim).to_be_hidden()

    host.finger.tap(MIDDLE)
    expect(host.hint).to_be_hidden()
    expect(phone.hint).to_have_text("Drag the markers to where they belong.")
    expect(aim).to_be_visible()


def test_in_a_shared_room_the_host_places_markers_and_moves_them(
    venue: Venue, shared_room: Room
) -> None:
    screen, host = venue.screen(shared_room), venue.remote(shared_room)
    host.finger.tap(MIDDLE)
    host.wait_saved()
    host.finger.tap(MIDDLE.moved(80, 90))
    expect(host.page.locator("#marker-count")).to_have_text("2")
    host.press("Markers 2")
    expect(host.list_entry()).to_have_count(2)
    host.page.locator("#list-close").click()
    screen.show_results()
    expect(screen.page.locator("#results-rows tr")).to_have_count(2)
