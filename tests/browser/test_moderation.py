"""What the host can do about newcomers, about many at once, and about a marker in a hand."""

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.eyes import COLOURS
from tests.browser.people import MIDDLE, Phone, Remote
from tests.browser.venue import PHONE, Room, Venue, create_room


def test_nobody_new_comes_in_and_whoever_was_here_comes_back(venue: Venue, room: Room) -> None:
    host, ada = venue.remote(room), venue.phone(room)
    host.press("People")
    door = host.page.get_by_role("button", name="Nobody new")
    door.click()
    expect(door).to_have_attribute("aria-pressed", "true")
    host.wait_heard("Nobody new can join.")

    late = venue.visitor(Phone, venue.page(room.join_url, PHONE))
    expect(late.ending).to_contain_text("Nobody new right now")
    expect(late.ending).to_contain_text("isn't letting anyone new in")
    expect(late.banner).to_be_hidden()
    # She has changed nothing yet, but she was here.
    ada.reload()
    ada.place_marker()
    screen = venue.screen(room)
    expect(screen.page.locator("#join")).to_contain_text("Nobody new can join right now")
    for invitation in ("#join-qr", "#code", "#address"):
        expect(screen.page.locator(invitation)).to_be_hidden()

    # Asked too early, they wait on.
    late.page.get_by_role("button", name="Try now").click()
    expect(late.ending).to_contain_text("Nobody new right now")
    door.click()
    expect(screen.page.locator("#join-qr")).to_be_visible()
    expect(screen.page.locator("#shut")).to_be_hidden()
    late.page.get_by_role("button", name="Try now").click()
    late.wait_live()
    expect(late.ending).to_be_hidden()
    late.place_marker()


def test_who_waits_at_the_door_comes_in_by_themselves(venue: Venue, room: Room) -> None:
    host = venue.remote(room)
    host.press("People")
    door = host.page.get_by_role("button", name="Nobody new")
    door.click()
    host.wait_heard("Nobody new can join.")
    late = venue.visitor(Phone, venue.page(room.join_url, PHONE))
    expect(late.ending).to_contain_text("You'll be let in when that changes.")
    door.click()
    expect(late.ending).to_be_hidden(timeout=60_000)
    late.wait_live()


def test_those_of_the_last_minutes_are_removed_in_one_go(venue: Venue, room: Room) -> None:
    host, eve, mallory = venue.remote(room), venue.phone(room), venue.phone(room)
    eve.place_marker()
    mallory.place_marker(MIDDLE.moved(0, 60))
    host.press("People")
    host.press("Remove…")
    dialog = host.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove 2 people?")
    expect(dialog).to_contain_text("in the last 5 minutes: 2 people with 2 markers")
    host.confirm("Cancel")
    host.press("Remove…")
    host.confirm("Remove them")
    for gone in (eve, mallory):
        expect(gone.ending).to_contain_text("You have been removed")
    expect(host.page.locator("#marker-count")).to_have_text("0")
    host.wait_heard("They have been removed.")
    host.press("Remove…")
    host.wait_heard("Nobody has joined in that time.")


def test_all_of_one_address_are_removed_with_one_of_them(venue: Venue, room: Room) -> None:
    host, eve, mallory = venue.remote(room), venue.phone(room), venue.phone(room)
    eve.place_marker()
    mallory.place_marker(MIDDLE.moved(0, 60))
    host.press("People")
    host.page.get_by_role("button", name=f"Remove {eve.name}").click()
    dialog = host.page.get_by_role("dialog")
    expect(dialog).to_contain_text("They could still join again")
    cancel = dialog.get_by_role("button", name="Cancel").bounding_box()
    yes = dialog.get_by_role("button", name="Remove", exact=True).bounding_box()
    every = dialog.get_by_role("button", name="Remove all 2 people").bounding_box()
    assert cancel is not None
    assert yes is not None
    assert every is not None
    for near in (cancel, yes):
        assert every["y"] - (near["y"] + near["height"]) > 24, "out of a thumb's way"
    # A slip of the thumb is not the end of everybody.
    host.confirm("Remove all 2 people from the same address…")
    expect(dialog).to_contain_text("2 people with 2 markers")
    host.confirm("Cancel")
    host.page.get_by_role("button", name=f"Remove {eve.name}").click()
    host.confirm("Remove all 2 people from the same address…")
    host.confirm("Remove them")
    for gone in (eve, mallory):
        expect(gone.ending).to_contain_text("You have been removed")


@pytest.fixture
def shared_room(server: ServerProcess) -> Room:
    return create_room(server, question="Where do we meet?", rules="shared")


def test_the_host_takes_a_marker_out_of_somebody_s_hand(venue: Venue, shared_room: Room) -> None:
    host, ada = venue.remote(shared_room), venue.phone(shared_room)
    host.finger.tap(MIDDLE)
    host.wait_saved()
    expect(ada.hint).to_contain_text("Drag the markers")
    colour = next(colour for colour in COLOURS if ada.eyes.find(colour))
    taken_from_her(host, "Your marker", ada, colour)


def test_also_their_own_marker(venue: Venue, room: Room) -> None:
    host, ada = venue.remote(room), venue.phone(room)
    taken_from_her(host, "Marker 1", ada, ada.place_marker())


def taken_from_her(host: Remote, name: str, ada: Phone, colour: str) -> None:
    """Her finger goes on; the marker does not go along, nor is it placed in the end."""
    ada.lift(colour, (40, 40))
    host.choose_from_list(name)
    expect(host.page.locator("#marker-holder-name")).to_have_text(ada.name)
    host.page.get_by_role("button", name="Take it from them").click()
    host.wait_heard("The marker is free.")
    expect(host.page.locator("#marker-holder")).to_be_hidden()
    expect(ada.notice).to_contain_text("The presenter has taken this marker from you.")
    there = ada.eyes.wait_still(colour)
    ada.finger.move(ada.finger.at.moved(60, 60))
    ada.finger.up()
    assert ada.eyes.wait_still(colour).distance(there) < 2
    expect(host.page.locator("#marker-holder")).to_be_hidden()
    # The next press is a drag like any other.
    ada.drag(colour, (-40, 40))
    ada.wait_saved()
