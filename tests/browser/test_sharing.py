"""A room where everybody moves the same markers."""

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from testkit.services import wait_until
from tests.browser.eyes import Point
from tests.browser.people import Phone
from tests.browser.venue import Room, Venue, create_room

SOMEWHERE = Point(150, 380)


@pytest.fixture
def room(server: ServerProcess) -> Room:
    """A room in which anybody may move any marker, and put more on the map."""
    return create_room(server, question="Where do we meet?", rules="shared", anyone_adds=True)


def place_shared_marker(phone: Phone) -> str:
    """Put a marker on the map that belongs to all; return its colour."""
    phone.finger.tap(SOMEWHERE)
    phone.wait_saved()
    return phone.colour_in_list("Your marker")


def test_a_marker_of_the_host_is_moved_by_anybody(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, question="Where do we meet?", rules="shared")
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    host.finger.tap(SOMEWHERE)
    host.wait_saved()
    expect(ada.hint).to_have_text("Drag the markers to where they belong.")
    colour = ada.colour_in_list("Marker 1")

    for mover, watcher in ((ada, ben), (ben, ada)):
        start = watcher.eyes.wait_for(colour)
        held_at = mover.lift(colour, (30, 80))
        watcher.eyes.wait_away_from(colour, start, by=40)
        watcher.eyes.wait_at(colour, held_at)
        mover.finger.up()
        mover.wait_saved()


def test_of_two_who_grab_the_same_marker_one_gets_it_and_the_other_sees_who(
    venue: Venue, room: Room
) -> None:
    """A late grabber is refused with the holder's name and sees where the marker is (H1)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = place_shared_marker(ada)
    start = ben.eyes.wait_for(colour)
    ada.eyes.wait_at(colour, start)

    for phone in (ada, ben):
        phone.finger.down(start)
    ada.finger.move(start.moved(90, 60))
    ben.finger.move(start.moved(-90, -60))

    wait_until(lambda: ada.notice.is_visible() != ben.notice.is_visible(), 20, "one refused")
    loser, winner = (ada, ben) if ada.notice.is_visible() else (ben, ada)
    expect(loser.notice).to_have_text(f"{winner.name} is moving this marker right now.")
    loser.eyes.wait_at(colour, winner.eyes.wait_still(colour))

    # The loser's finger is still down, and moves nothing.
    loser.finger.move(start)
    true_place = winner.drag_on(colour, (0, 70))
    loser.eyes.wait_at(colour, true_place)
    expect(winner.notice).to_be_hidden()

    loser.finger.up()
    winner.finger.up()
    winner.wait_saved()
    for phone in (ada, ben):
        phone.eyes.wait_at(colour, true_place)


def test_who_holds_a_marker_is_told_by_name_and_only_while_it_lasts(
    venue: Venue, room: Room
) -> None:
    ada, ben = venue.phone(room), venue.phone(room)
    colour = place_shared_marker(ada)
    ben.choose_from_list("Marker 1")
    about = ben.page.locator("#marker-place")
    ada.lift(colour, (60, -60))
    expect(about).to_contain_text(f"{ada.name} is moving it")
    ada.finger.up()
    ada.wait_saved()
    expect(about).not_to_contain_text("is moving it")


def test_after_a_refusal_the_marker_can_be_had_as_soon_as_it_is_free(
    venue: Venue, room: Room
) -> None:
    """Nobody has to unlock anything by hand (H2)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = place_shared_marker(ada)
    held_at = ada.lift(colour, (60, -60))
    ben.eyes.wait_at(colour, held_at)
    ben.finger.down(held_at)
    ben.finger.move(held_at.moved(-80, 80))
    expect(ben.notice).to_contain_text(ada.name)
    ben.finger.up()
    ada.finger.up()
    ada.wait_saved()

    ben.eyes.wait_at(colour, held_at)
    now_at = ben.drag(colour, (-80, 80))
    ben.wait_saved()
    ada.eyes.wait_at(colour, now_at)


def test_the_hold_of_somebody_who_has_gone_ends_by_itself(venue: Venue, room: Room) -> None:
    """Shortly after its holder is gone a marker can be moved by others (H2)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = place_shared_marker(ada)
    held_at = ada.lift(colour, (60, -60))
    ben.eyes.wait_at(colour, held_at)
    ben.choose_from_list("Marker 1")
    about = ben.page.locator("#marker-place")
    expect(about).to_contain_text(f"{ada.name} is moving it")
    brought_to = ben.eyes.wait_still(colour)

    ada.page.context.close()

    expect(about).not_to_contain_text("is moving it")
    ben.close_sheet()
    ben.eyes.wait_at(colour, brought_to)
    ben.drag(colour, (-60, 60))
    ben.wait_saved()
    expect(ben.notice).to_be_hidden()


def test_a_page_that_died_in_a_drag_does_not_undo_what_others_did_since(
    venue: Venue, room: Room
) -> None:
    """It comes back, leaves the marker where somebody else has put it, and says why (O3)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = place_shared_marker(ada)
    held_at = ada.lift(colour, (60, -60))
    ben.eyes.wait_at(colour, held_at)
    ben.choose_from_list("Marker 1")
    about = ben.page.locator("#marker-place")
    expect(about).to_contain_text(f"{ada.name} is moving it")
    profile = ada.page.context
    ada.page.close()
    expect(about).not_to_contain_text("is moving it")
    before = ben.place()
    ben.close_sheet()
    ben.drag(colour, (-80, 100))
    ben.wait_saved()
    ben.choose_from_list("Marker 1")
    there = ben.place()
    assert there != before

    page = profile.new_page()
    page.goto(room.join_url)
    again = venue.visitor(Phone, page)
    again.wait_live()
    expect(again.notice).to_have_text(
        "Someone has moved this marker since. It stays where they put it."
    )
    again.wait_saved()
    again.choose_from_list("Your marker")
    assert again.place() == ben.place() == there


def test_a_marker_in_the_hand_ignores_others_until_it_is_let_go(venue: Venue, room: Room) -> None:
    """Whatever others have done meanwhile is not shown while the finger is on the marker."""
    ada, ben = venue.phone(room), venue.phone(room)
    ada.watch.expect(r"WebSocket connection to .* failed: .*INTERNET_DISCONNECTED")
    colour = place_shared_marker(ada)
    start = ben.eyes.wait_for(colour)
    ada.page.context.set_offline(True)
    expect(ada.banner).to_be_visible()
    mine = ada.lift(colour, (70, 90))
    ben.drag(colour, (-80, -90))
    ben.wait_saved()
    ben.eyes.wait_away_from(colour, start, by=60)

    ada.eyes.start_watching(colour)
    ada.page.context.set_offline(False)
    ben.eyes.wait_at(colour, mine)  # the finger is still down, and has taken hold again
    seen = ada.eyes.stop_watching(colour)
    assert all(at is not None and at.distance(mine) < 1 for at in seen), seen

    ada.finger.up()
    ada.wait_saved()
    ben.eyes.wait_at(colour, mine)


def test_labels_of_hostile_text_are_text(venue: Venue, room: Room) -> None:
    """Markup in a label or a name is shown as it was typed (A4)."""
    ada, screen = venue.phone(room), venue.screen(room)
    hostile = "<img src=x onerror=alert(1)>"
    place_shared_marker(ada)
    ada.choose_from_list("Your marker")
    ada.page.get_by_label("Label").fill(hostile)
    ada.page.get_by_label("Label").press("Enter")
    ada.wait_heard("Saved.")
    expect(ada.page.locator("#marker-title")).to_have_text(hostile)
    screen.show_results()
    expect(screen.result()).to_contain_text(hostile)
    ada.close_sheet()
    ada.page.get_by_role("button", name="Change your name").click()
    ada.page.get_by_role("textbox", name="Your name").fill(hostile)
    ada.page.get_by_role("button", name="Save", exact=True).click()
    ada.wait_heard("Name saved.")
    assert ada.name == hostile
    assert screen.page.locator("img[src=x]").count() == 0
