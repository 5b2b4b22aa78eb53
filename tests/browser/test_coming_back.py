"""Away and back: no network, a reload, another tab. Never somebody else, never a lost marker."""

import json

from playwright.sync_api import Page, expect

from tests.browser.eyes import Point
from tests.browser.people import MIDDLE, Phone
from tests.browser.venue import Room, Venue

# Whatever tries to connect without a network is logged by the browser itself.
NO_NETWORK = r"WebSocket connection to .* failed: .*INTERNET_DISCONNECTED"


def go_offline(phone: Phone) -> None:
    phone.watch.expect(NO_NETWORK)
    phone.page.context.set_offline(True)
    expect(phone.banner).to_be_visible()


def go_online(phone: Phone) -> None:
    phone.page.context.set_offline(False)
    expect(phone.banner).to_be_hidden()


def test_without_a_network_the_banner_says_so_and_what_happens_next(
    venue: Venue, room: Room
) -> None:
    phone = venue.phone(room)
    go_offline(phone)
    expect(phone.banner).to_contain_text("You're offline.")
    expect(phone.banner).to_contain_text("Retrying in")
    expect(phone.banner.get_by_role("button", name="Try now")).to_be_visible()
    go_online(phone)


def test_a_marker_placed_offline_is_not_saved_yet_and_arrives_afterwards(
    venue: Venue, room: Room
) -> None:
    """What is not acknowledged is kept, shown as such, and sent again (D3)."""
    screen, phone = venue.screen(room), venue.phone(room)
    go_offline(phone)
    phone.finger.tap(MIDDLE)
    expect(phone.save_state).to_contain_text("Not saved yet")
    expect(screen.waiting).to_be_visible()

    go_online(phone)
    phone.wait_saved()
    screen.eyes.wait_for(phone.colour())
    expect(phone.marker).to_have_count(1)
    expect(screen.people).to_have_text("1 person here")


def test_what_is_done_offline_arrives_in_its_order_and_once(venue: Venue, room: Room) -> None:
    """A move, a label and another move, made without a network (D2, D3)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    start = ben.eyes.wait_for(colour)
    go_offline(ada)
    ada.drag(colour, (60, 60))
    ada.choose_from_list("Your marker")
    ada.page.get_by_label("Label").fill("Oslo")
    ada.page.get_by_label("Label").press("Enter")
    ada.close_sheet()
    there = ada.drag(colour, (-90, 70))
    expect(ada.save_state).to_contain_text("Not saved yet")
    ben.eyes.wait_at(colour, start)

    go_online(ada)
    ada.wait_saved()
    ben.eyes.wait_at(colour, there)
    ben.page.get_by_role("button", name="show the list").click()
    expect(ben.list_entry()).to_have_count(1)
    expect(ben.list_entry("Oslo")).to_be_visible()


def test_others_see_a_marker_stay_while_its_owner_is_offline(venue: Venue, room: Room) -> None:
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    held_at = ada.lift(colour, (60, 60))
    ben.eyes.wait_at(colour, held_at)
    go_offline(ada)
    there = ada.drag_on(colour, (-80, 60))
    ben.eyes.wait_at(colour, held_at)

    go_online(ada)
    ben.eyes.wait_at(colour, there)
    ada.finger.up()
    ada.wait_saved()


def test_a_reload_keeps_the_person_and_the_marker(venue: Venue, room: Room) -> None:
    """The same name, the same marker, and nobody new in the room (R2)."""
    screen, phone = venue.screen(room), venue.phone(room)
    colour = phone.place_marker()
    name, place = phone.name, phone.place()
    phone.reload()
    expect(phone.marker).to_be_visible()
    assert (phone.name, phone.colour(), phone.place()) == (name, colour, place)
    expect(phone.hint).to_contain_text("Drag your marker")
    expect(screen.people).to_have_text("1 person here")


def test_somebody_who_has_only_looked_keeps_their_name_over_a_reload(
    venue: Venue, room: Room
) -> None:
    phone = venue.phone(room)
    name = phone.name
    phone.reload()
    assert phone.name == name


def test_what_was_not_saved_survives_a_reload(venue: Venue, room: Room) -> None:
    """Placed while the line was dead, reloaded before it came back (D3)."""
    screen, phone = venue.screen(room), venue.phone(room)
    # The page itself comes from the server; only its socket has no network.
    phone.watch.expect(r"WebSocket connection to .* failed")
    go_offline(phone)
    phone.finger.tap(MIDDLE)
    expect(phone.save_state).to_contain_text("Not saved yet")
    phone.page.context.set_offline(False)
    phone.reload()
    expect(phone.marker).to_have_count(1)
    phone.wait_saved()
    screen.eyes.wait_for(phone.colour())
    screen.show_results()
    expect(screen.page.locator("#results-rows tr")).to_have_count(1)


def test_a_reload_in_the_middle_of_a_drag_leaves_the_marker_where_the_finger_was(
    venue: Venue, room: Room
) -> None:
    """A drag that a reload cuts short is finished where it had got to (D3, H2)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    held_at = ada.lift(colour, (60, 90))
    ben.eyes.wait_at(colour, held_at)

    ada.reload()
    ada.finger.up()

    expect(ada.marker).to_have_count(1)
    ada.wait_saved()
    ada.eyes.wait_at(colour, held_at)
    ben.eyes.wait_at(colour, held_at)
    there = ada.drag(colour, (-60, -90))
    ada.wait_saved()
    ben.eyes.wait_at(colour, there)


def test_two_tabs_of_one_browser_are_one_person(venue: Venue, room: Room) -> None:
    """The same name, the same marker, and either tab moves it (R2)."""
    screen, first = venue.screen(room), venue.phone(room)
    colour = first.place_marker()
    second = another_tab(venue, first, room)
    assert second.name == first.name
    expect(second.marker).to_have_count(1)
    expect(second.hint).to_contain_text("Drag your marker")
    expect(screen.people).to_have_text("1 person here")

    move_by_turns(colour, second, first)
    expect(second.marker).to_have_count(1)


def test_two_tabs_opened_at_the_same_moment_are_one_person(venue: Venue, room: Room) -> None:
    screen = venue.screen(room)
    first = venue.phone(room)
    context = venue.context(has_touch=True)
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.evaluate("url => { location.href = url; }", room.join_url)
    phones = [venue.visitor(Phone, tab) for tab in tabs]
    for phone in phones:
        phone.wait_live()
    assert phones[0].name == phones[1].name
    assert phones[0].name != first.name
    expect(screen.people).to_have_text("2 people here")


def test_a_duplicated_tab_is_a_client_of_its_own(venue: Venue, room: Room) -> None:
    """ "Duplicate tab" copies all that a tab keeps; still no two share a client id (D2)."""
    first = venue.phone(room)
    colour = first.place_marker()
    context = first.page.context
    copied = first.page.evaluate("JSON.stringify({...sessionStorage})")
    hellos: list[str] = []
    second_page = context.new_page()
    second_page.add_init_script(f"Object.assign(sessionStorage, {copied})")
    note_hellos(first.page, hellos)
    note_hellos(second_page, hellos)
    second_page.goto(room.join_url)
    first.reload()
    second = venue.visitor(Phone, second_page)
    second.wait_live()
    expect(second.marker).to_have_count(1)
    clients = {json.loads(hello)["client"] for hello in hellos}
    assert len(clients) == len(hellos) == 2

    move_by_turns(colour, second, first)


def test_a_closed_tab_leaves_its_unsaved_changes_to_the_other_tab(venue: Venue, room: Room) -> None:
    """The other tab takes them over with the ids they have (D2, D3)."""
    screen, first = venue.screen(room), venue.phone(room)
    second = another_tab(venue, first, room)
    go_offline(first)
    expect(second.banner).to_be_visible()
    second.finger.tap(Point(200, 300))
    expect(second.save_state).to_contain_text("Not saved yet")
    second.page.close(run_before_unload=False)

    go_online(first)
    expect(first.marker).to_have_count(1)
    first.wait_saved()
    screen.eyes.wait_for(first.colour())


def test_going_back_and_forth_in_the_browser_keeps_the_room(venue: Venue, room: Room) -> None:
    """The page may come out of the browser's cache; it is live again either way (R1)."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    ada.page.goto(room.origin)
    ben_colour = ben.place_marker(Point(220, 480))
    there = ben.eyes.wait_for(ben_colour)
    ada.page.go_back()
    ada.wait_live()
    ada.eyes.wait_at(ben_colour, there)
    ada.eyes.wait_for(colour)
    expect(ada.marker).to_have_count(1)


def another_tab(venue: Venue, phone: Phone, room: Room) -> Phone:
    page = phone.page.context.new_page()
    page.goto(room.join_url)
    tab = venue.visitor(Phone, page)
    tab.wait_live()
    return tab


def move_by_turns(colour: str, second: Phone, first: Phone) -> None:
    """Move the marker in one tab and then in the other, and see it each time in both."""
    for mover, watcher in ((second, first), (first, second)):
        mover.look_at()
        there = mover.drag(colour, (40, 60))
        mover.wait_saved()
        watcher.look_at()
        watcher.eyes.wait_at(colour, there)


def note_hellos(page: Page, hellos: list[str]) -> None:
    def note(frame: str | bytes) -> None:
        if isinstance(frame, str) and '"hello"' in frame:
            hellos.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
