"""The server is restarted, killed or hangs: a banner, and then everything is as it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Visitor
from tests.browser.venue import SERVER_ENV, Venue, create_room
from tests.conftest import StartServer

# While the server is away the browser itself logs what it cannot reach.
UNREACHABLE = (
    r"WebSocket connection to .* failed",
    r"ERR_CONNECTION_REFUSED",
    r"ERR_EMPTY_RESPONSE",
)


@pytest.fixture
def server(start_server: StartServer) -> ServerProcess:
    """A server of the test's own, which it may treat badly."""
    return start_server(SERVER_ENV)


def stop(server: ServerProcess) -> None:
    assert server.terminate() == 0


def kill(server: ServerProcess) -> None:
    server.kill()


Ending = Callable[[ServerProcess], None]
ways_to_end = pytest.mark.parametrize("end", [stop, kill], ids=["SIGTERM", "SIGKILL"])


def expect_unreachable(*visitors: Visitor) -> None:
    for visitor in visitors:
        visitor.watch.expect(*UNREACHABLE)


@ways_to_end
def test_a_drag_goes_on_after_the_server_has_been_restarted(
    venue: Venue, server: ServerProcess, end: Ending
) -> None:
    """The finger is down all the time; the hold is still there afterwards (R1, R2, S1)."""
    room = create_room(server)
    screen, ada, ben = venue.screen(room), venue.phone(room), venue.phone(room)
    expect_unreachable(screen, ada, ben)
    colour = ada.place_marker()
    name = ada.name
    held_at = ada.lift(colour, (60, 90))
    ben.eyes.wait_at(colour, held_at)
    screen_at = screen.eyes.wait_for(colour)

    end(server)
    for visitor in (screen, ada, ben):
        expect(visitor.banner).to_be_visible()
    expect(ada.banner).to_contain_text(re.compile("Reconnecting|back in a moment"))
    ada.finger.move(ada.finger.at.moved(-40, -30))
    server.start()
    for visitor in (screen, ada, ben):
        expect(visitor.banner).to_be_hidden()

    there = ada.drag_on(colour, (-60, -30))
    ben.eyes.wait_at(colour, there)
    screen.eyes.wait_away_from(colour, screen_at, by=40)
    ada.finger.up()
    ada.wait_saved()
    ben.eyes.wait_at(colour, there)
    assert ada.name == name
    expect(ada.marker).to_have_count(1)
    expect(screen.people).to_have_text("2 people here")


@ways_to_end
def test_a_drag_let_go_while_the_server_is_away_ends_where_the_finger_was(
    venue: Venue, server: ServerProcess, end: Ending
) -> None:
    """The drop is kept until it can be stored (D3)."""
    room = create_room(server)
    ada, ben = venue.phone(room), venue.phone(room)
    expect_unreachable(ada, ben)
    colour = ada.place_marker()
    held_at = ada.lift(colour, (60, 90))
    ben.eyes.wait_at(colour, held_at)

    end(server)
    expect(ada.banner).to_be_visible()
    there = ada.drag_on(colour, (-100, -60))
    ada.finger.up()
    expect(ada.save_state).to_contain_text("Not saved yet")
    server.start()

    ada.wait_saved()
    ada.eyes.wait_at(colour, there)
    ben.eyes.wait_at(colour, there)


def test_a_saved_marker_is_still_there_after_the_server_was_killed(
    venue: Venue, server: ServerProcess
) -> None:
    """Saved means saved (D1)."""
    room = create_room(server)
    phone = venue.phone(room)
    expect_unreachable(phone)
    colour = phone.place_marker()
    place = phone.place()
    server.kill()
    expect(phone.banner).to_be_visible()
    server.start()
    late = venue.phone(room)
    late.eyes.wait_for(colour)
    phone.wait_live()
    assert phone.place() == place


def test_a_page_reloaded_after_a_restart_is_the_same_person(
    venue: Venue, server: ServerProcess
) -> None:
    """The token outlives the server process (R2)."""
    room = create_room(server)
    phone = venue.phone(room)
    expect_unreachable(phone)
    colour, name = phone.place_marker(), phone.name
    server.restart()
    phone.reload()
    expect(phone.marker).to_be_visible()
    assert (phone.name, phone.colour()) == (name, colour)


def test_while_the_server_hangs_a_marker_is_not_saved_yet(
    venue: Venue, server: ServerProcess
) -> None:
    """Not acknowledged is not saved; the line is noticed to be dead, and all comes right (D3)."""
    room = create_room(server)
    phone = venue.phone(room)
    expect_unreachable(phone)
    server.pause()
    phone.finger.tap(MIDDLE)
    expect(phone.save_state).to_contain_text("Not saved yet")
    expect(phone.banner).to_be_visible()
    expect(phone.banner).to_contain_text("Reconnecting")
    server.resume()
    phone.wait_live()
    phone.wait_saved()
    expect(phone.marker).to_have_count(1)
