"""The states that a person must see, each of them brought about for real."""

from playwright.sync_api import WebSocketRoute, expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone
from tests.browser.venue import PHONE, SERVER_ENV, Room, Venue, create_room
from tests.conftest import StartServer


def test_while_the_first_connection_is_being_made_the_page_says_so(
    venue: Venue, room: Room
) -> None:
    context = venue.context(PHONE)
    page = context.new_page()

    def hang(socket: WebSocketRoute) -> None:
        """Like a network that swallows what it is given."""

    page.route_web_socket("**/ws/*", hang)
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    expect(phone.banner).to_be_visible()
    expect(phone.banner).to_contain_text("Connecting…")


def test_a_live_connection_takes_no_room_on_the_page(venue: Venue, room: Room) -> None:
    phone = venue.phone(room)
    expect(phone.banner).to_be_hidden()
    expect(phone.save_state).to_be_hidden()


def test_a_full_room_says_so_and_lets_the_next_one_in(
    venue: Venue, start_server: StartServer
) -> None:
    """Those inside notice nothing, and the newcomer comes in by itself (A3)."""
    server = start_server({**SERVER_ENV, "MAX_PEOPLE_PER_ROOM": "2"})
    room = create_room(server)
    ada, ben = venue.phone(room), venue.phone(room)
    late = venue.visitor(Phone, venue.page(room.join_url, PHONE))
    expect(late.banner).to_contain_text("The room is full.")
    expect(late.banner).to_contain_text("Retrying in")
    ada.place_marker()
    expect(ada.banner).to_be_hidden()
    # A screen is nobody who takes part.
    screen = venue.screen(room)
    expect(screen.people).to_have_text("2 people here")

    ben.page.context.close()
    late.wait_live()
    late.place_marker(MIDDLE.moved(60, 60))
    expect(screen.people).to_have_text("2 people here")


def test_a_code_that_leads_nowhere_gets_a_page_that_helps(venue: Venue, room: Room) -> None:
    nowhere = f"{(int(room.code) + 1) % 1_000_000:06d}"
    page = venue.context(PHONE).new_page()
    venue.watch(page).expect(f"/{nowhere}")
    page.goto(f"{room.origin}/{nowhere}")
    expect(page.get_by_role("heading", name="There's no map with this code")).to_be_visible()
    page.get_by_role("textbox").press_sequentially(room.code)
    page.wait_for_url(room.join_url)


def test_somebody_who_can_do_nothing_yet_is_told_so_once(
    venue: Venue, server: ServerProcess
) -> None:
    """Where the hint says it already, the hint stands out, clear of the question's letters."""
    phone = venue.phone(create_room(server, rules="shared"))
    phone.finger.tap(MIDDLE.moved(80, 80))
    expect(phone.stressed_hint).to_have_text("The presenter will place the markers.")
    phone.wait_heard("The presenter will place the markers.")
    expect(phone.notice).to_be_hidden()
    question, hint = phone.question.bounding_box(), phone.hint.bounding_box()
    assert question is not None
    assert hint is not None
    assert hint["y"] - (question["y"] + question["height"]) >= 3


def test_a_browser_that_keeps_nothing_still_works_and_says_so(venue: Venue, room: Room) -> None:
    """Where storage is forbidden (private windows, embedded pages) nothing breaks (D3)."""
    context = venue.context(PHONE)
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('forbidden', 'SecurityError'); } })"
    )
    page = context.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    phone.place_marker()
    expect(phone.save_state).to_contain_text("Saved ✓")


def test_without_a_secure_context_nothing_is_missing(venue: Venue, room: Room) -> None:
    """A venue's own network means plain http on a name or a local address (V1)."""
    phone = venue.phone(room)
    assert phone.page.evaluate("isSecureContext") is False
    host = venue.remote(room)
    host.press("Remotes")
    host.press("Copy remote link (private)")
    copied = host.page.get_by_role("button", name="Copied ✓")
    shown = host.page.get_by_role("dialog").get_by_text(f"/{room.code}/host#key=")
    expect(copied.or_(shown).first).to_be_visible()
