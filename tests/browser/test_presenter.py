"""The presenter's first minute, and how the audience gets in."""

from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone, Screen
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, origin


def test_one_button_opens_a_screen_that_waits_for_the_first_marker(
    venue: Venue, server: ServerProcess
) -> None:
    page = venue.page(origin(server), PROJECTOR)
    page.get_by_label("Your question").fill("Where should the new bridge go?")
    page.get_by_role("button", name="Start").click()
    screen = venue.visitor(Screen, page)
    screen.wait_live()

    expect(screen.question).to_have_text("Where should the new bridge go?")
    expect(screen.waiting).to_be_visible()
    expect(screen.people).to_have_text("Nobody here yet")
    code = page.url.split("/")[3]
    expect(page.locator("#code")).to_have_text(f"{code[:3]} {code[3:]}")
    expect(page.locator("#address")).to_have_text(origin(server).removeprefix("http://"))
    picture = page.get_by_role("img", name="QR code that opens this map")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0


def test_the_form_says_how_many_markers_each_person_has(
    venue: Venue, server: ServerProcess
) -> None:
    """Or, with shared ones, whether anyone may add some."""
    page = venue.page(origin(server), PROJECTOR)
    anyone = page.get_by_label("Anyone can add markers")
    expect(anyone).to_be_hidden()
    page.get_by_label("Everyone moves shared markers").check()
    expect(anyone).to_be_visible()
    expect(page.get_by_label("Markers per person")).to_be_hidden()
    page.get_by_label("Everyone places a marker").check()
    page.get_by_label("Markers per person").select_option("3")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    code = page.url.split("/")[3]
    phone = venue.visitor(Phone, venue.page(f"{origin(server)}/{code}", PHONE))
    expect(phone.hint).to_have_text("Tap the map to place your marker.")
    phone.finger.tap(MIDDLE)
    expect(phone.hint).to_have_text("Tap the map to place 2 more markers.")


def test_the_first_marker_of_a_phone_appears_on_the_screen(venue: Venue, room: Room) -> None:
    screen = venue.screen(room)
    phone = venue.phone(room)
    expect(phone.hint).to_have_text("Tap the map to place your marker.")

    colour = phone.place_marker()

    screen.eyes.wait_for(colour)
    expect(screen.waiting).to_be_hidden()
    expect(phone.save_state).to_have_text("On the screen ✓")
    screen.show_results()
    expect(screen.result()).to_contain_text(phone.name)
    expect(screen.result()).to_contain_text(phone.place())


def test_a_marker_is_saved_where_there_is_no_screen(venue: Venue, room: Room) -> None:
    phone = venue.phone(room)
    phone.place_marker()
    expect(phone.save_state).to_have_text("Saved ✓")


def test_the_screen_counts_the_people(venue: Venue, room: Room) -> None:
    screen = venue.screen(room)
    first = venue.phone(room)
    expect(screen.people).to_have_text("1 person here")
    venue.phone(room)
    expect(screen.people).to_have_text("2 people here")
    # Another tab of the same person is nobody new.
    first.page.context.new_page().goto(room.join_url)
    venue.phone(room)
    expect(screen.people).to_have_text("3 people here")
    first.page.context.close()
    expect(screen.people).to_have_text("2 people here")


def test_a_phone_joins_with_the_code_typed_on_the_front_page(venue: Venue, room: Room) -> None:
    page = venue.page(room.origin, PHONE)
    page.get_by_role("textbox", name="Have a code?").press_sequentially(room.code)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    assert page.url == room.join_url
    expect(phone.question).to_have_text("Where did you travel from?")


def test_a_code_may_be_pasted_as_it_is_shown(venue: Venue, room: Room) -> None:
    page = venue.page(room.origin, PHONE)
    field = page.get_by_role("textbox", name="Have a code?")
    field.focus()
    page.keyboard.insert_text(f" {room.code[:3]} {room.code[3:]}")
    page.wait_for_url(room.join_url)


def test_a_wrong_code_gets_a_kind_sentence_and_can_be_corrected(venue: Venue, room: Room) -> None:
    page = venue.page(room.origin, PHONE)
    # A browser logs each answer of this kind by itself.
    venue.watch(page).expect(r"404.*/api/rooms/", r"/api/rooms/.*404")
    field = page.get_by_role("textbox", name="Have a code?")
    wrong = f"{(int(room.code) + 1) % 1_000_000:06d}"
    field.press_sequentially(wrong)
    expect(
        page.get_by_role("alert").filter(has_text="There's no map with this code.")
    ).to_be_visible()
    expect(field).to_be_focused()

    field.press("Backspace")
    expect(page.get_by_text("There's no map with this code.")).to_be_hidden()
    for _digit in range(5):
        field.press("Backspace")
    field.press_sequentially(room.code)
    page.wait_for_url(room.join_url)


def test_half_a_code_is_asked_for_in_full(venue: Venue, room: Room) -> None:
    page = venue.page(room.origin, PHONE)
    page.get_by_role("textbox", name="Have a code?").press_sequentially("314")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("A code has six digits.")).to_be_visible()


def test_the_browser_that_opened_a_map_offers_it_again(venue: Venue, server: ServerProcess) -> None:
    page = venue.page(origin(server), PROJECTOR)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    screen_url = page.url
    page.goto(origin(server))
    page.get_by_role("link", name="Screen").click()
    page.wait_for_url(screen_url)
    venue.visitor(Screen, page).wait_live()


def test_the_screen_hands_the_remote_to_the_presenters_phone(
    venue: Venue, server: ServerProcess
) -> None:
    """The host key goes by a QR code that this browser draws itself (A1)."""
    page = venue.page(origin(server), PROJECTOR)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/screen")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.get_by_role("button", name="Use my phone as the remote").click()
    expect(
        page.get_by_role("img", name="QR code that connects a remote").locator("canvas")
    ).to_be_visible()
    assert not any("key=" in url for url in requests)
    # A camera must not take the larger one that is for the audience.
    audience_code = page.locator("#join-qr")
    expect(audience_code).to_be_hidden()
    page.get_by_role("button", name="Done").click()
    expect(audience_code).to_be_visible()
    expect(page.locator("#remote-qr canvas")).to_have_count(0)


def test_a_screen_without_the_host_key_offers_no_remote(venue: Venue, room: Room) -> None:
    screen = venue.screen(room)
    expect(screen.page.get_by_role("button", name="Use my phone as the remote")).to_be_hidden()


def test_a_wrong_code_is_asked_for_once(venue: Venue, server: ServerProcess) -> None:
    """It is looked up with its sixth digit; "Join" right after it has nothing to ask."""
    page = venue.context(PHONE).new_page()
    venue.watch(page).expect(r"404.*/api/rooms/", r"/api/rooms/.*404")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(origin(server))
    field = page.get_by_role("textbox", name="Have a code?")
    field.fill("000 001")
    page.get_by_text("There's no map with this code.").wait_for()
    page.get_by_role("button", name="Join").click()
    # Who has changed it asks again.
    field.fill("")
    expect(page.get_by_text("There's no map with this code.")).to_be_hidden()
    field.fill("000 002")
    page.get_by_text("There's no map with this code.").wait_for()
    codes = [url.rsplit("/", 1)[1] for url in asked if "/api/rooms/" in url]
    assert codes == ["000001", "000002"]
