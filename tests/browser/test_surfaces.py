"""What lies under the markers: planes, zones, outlines, and going from one to the next."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.eyes import Point
from tests.browser.hosting import Host
from tests.browser.people import Laptop
from tests.browser.questions import OSLO
from tests.browser.venue import LAPTOP, PHONE, SERVER_ENV, Room, Venue, create_room
from tests.conftest import StartServer

CORNERS = [
    {"id": "discuss", "label": "Discuss in groups", "box": [0, -1, 1, 0]},
    {"id": "example", "label": "See an example", "box": [0, 0, 1, 1]},
    {"id": "try", "label": "Try it ourselves", "box": [-1, -1, 0, 0]},
    {"id": "break", "label": "Take a break", "box": [-1, 0, 0, 1]},
]
LINE = {"kind": "plane", "axes": {"x": ["Disagree", "Agree"]}}
ACTIVITIES = [
    {
        "kind": "zones",
        "question": "What would you like to do next?",
        "surface": {"kind": "plane", "zones": CORNERS},
    },
    {"kind": "own", "question": "Do you agree?", "surface": LINE},
    OSLO,
    {"kind": "own", "question": "Where from?", "surface": {"kind": "outline"}},
]


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, activities=ACTIVITIES)


@pytest.fixture
def host(server: ServerProcess, room: Room) -> Iterator[Host]:
    with Host(server, room) as host:
        yield host


def choose_zone(page: Page, label: str) -> None:
    """Choose from the list of zones with a tap."""
    page.locator("#aim-button").click()
    page.get_by_role("radio", name=label).click()
    expect(page.locator("#aim-bar")).to_be_hidden()


def drawn_on_surface(page: Page) -> int:
    """The number of pixels that are drawn between the map and the markers."""
    drawn: int = page.evaluate(
        """() => {
          const canvas = document.querySelector(".surface-canvas");
          if (!canvas.width) return 0;
          const copy = new OffscreenCanvas(canvas.width, canvas.height);
          const context = copy.getContext("2d", { willReadFrequently: true });
          context.drawImage(canvas, 0, 0);
          const { data } = context.getImageData(0, 0, copy.width, copy.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn += 1;
          return drawn;
        }"""
    )
    return drawn


def wait_drawn(page: Page, *, at_least: int = 0, at_most: float = float("inf")) -> None:
    """Wait until so much is drawn between the map and the markers."""
    for _ in range(200):
        if at_least <= drawn_on_surface(page) <= at_most:
            return
        page.wait_for_function(
            "() => new Promise((done) => requestAnimationFrame(() => done(true)))"
        )
    raise AssertionError(f"{drawn_on_surface(page)} pixels are drawn")


def test_a_keyboard_user_goes_to_a_zone_by_the_list(venue: Venue, room: Room) -> None:
    laptop = venue.laptop(room)
    page = laptop.page
    page.locator("#aim-button").focus()
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="What would you like to do next?")
    expect(group.get_by_role("radio")).to_have_count(4)
    expect(group.get_by_role("radio").first).to_be_focused()
    assert violations(page) == []
    # Looking for a zone with the arrow keys is not going there.
    page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio", name="See an example")).to_be_checked()
    expect(page.locator("#aim-bar")).to_be_visible()
    page.keyboard.press("Enter")
    laptop.wait_saved()
    expect(laptop.marker).to_have_attribute("aria-label", re.compile("in “See an example”"))
    expect(page.locator("#aim-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="See an example")).to_be_checked()
    expect(page.get_by_text("You are here")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    laptop.wait_heard("in “Try it ourselves”")


def test_those_who_tap_the_same_zone_are_seen_beside_each_other(venue: Venue, room: Room) -> None:
    phones = [venue.phone(room) for _ in range(3)]
    for phone in phones:
        choose_zone(phone.page, "Take a break")
        phone.wait_saved()
    boxes = [phone.marker.bounding_box() for phone in phones]
    for one, box in enumerate(boxes):
        assert box is not None
        for other in boxes[one + 1 :]:
            assert other is not None
            assert abs(box["x"] - other["x"]) + abs(box["y"] - other["y"]) > 12
    # The whole square is on the phone: its lower right quarter is right of and below the middle.
    width, height = PHONE["width"], PHONE["height"]
    for box in boxes:
        assert box is not None
        assert width / 2 < box["x"] + 22 < width
        assert height * 0.35 < box["y"] + 22 < height


def test_going_on_changes_the_ground_in_place(venue: Venue, room: Room, host: Host) -> None:
    phone, screen = venue.phone(room), venue.screen(room)
    choose_zone(phone.page, "Take a break")
    phone.wait_saved()
    for page in (phone.page, screen.page):
        page.evaluate("window.isSamePage = true")
        expect(page.locator("#map.is-plane")).to_be_visible()
    phone.page.locator("#list-button").click()
    expect(phone.page.get_by_role("option")).to_have_count(1)
    host.ask(4)
    for page in (phone.page, screen.page):
        expect(page.locator("#question")).to_have_text("Where from?")
        expect(page.locator("#map.is-plane")).to_have_count(0)
        assert page.evaluate("window.isSamePage")
    # What was open stays open, and shows what there is now.
    expect(phone.page.locator("#list-sheet")).to_be_visible()
    expect(phone.page.get_by_role("option")).to_have_count(0)
    phone.page.locator("#list-close").click()
    phone.place_marker()
    host.go(1)
    expect(phone.page.locator("#map.is-plane")).to_be_visible()
    expect(phone.marker).to_have_attribute("aria-label", re.compile("in “Take a break”"))


def test_a_marker_chosen_before_leaves_no_sheet_behind(
    venue: Venue, room: Room, host: Host
) -> None:
    phone = venue.phone(room)
    choose_zone(phone.page, "Discuss in groups")
    phone.wait_saved()
    phone.choose_from_list("Your marker")
    expect(phone.page.locator("#marker-sheet")).to_be_visible()
    host.ask(2)
    expect(phone.page.locator("#marker-sheet")).to_be_hidden()
    phone.page.locator("#aim-button").click()
    expect(phone.page.locator("#aim-bar")).to_be_visible()
    host.go(1)
    expect(phone.page.locator("#aim-bar")).to_be_hidden()


def test_nothing_leaves_a_plane(venue: Venue, room: Room, host: Host) -> None:
    host.ask(2)
    laptop = venue.laptop(room)
    page = laptop.page
    expect(page.locator("#map.is-plane")).to_be_visible()
    # Beside the square.
    page.mouse.click(40, 380)
    laptop.wait_saved()
    expect(laptop.marker).to_have_attribute(
        "aria-label", re.compile("100 percent towards Disagree")
    )
    laptop.marker.focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    laptop.wait_saved()
    expect(laptop.marker).to_have_attribute("aria-label", re.compile("100 percent towards Agree"))
    # Neither does the map: all of the square stays in view.
    for _ in range(5):
        page.locator("#zoom-out").click()
    box = laptop.marker.bounding_box()
    assert box is not None
    assert 0 < box["x"] < LAPTOP["width"] - 44


def test_an_outline_asks_for_no_tiles(start_server: StartServer, venue: Venue) -> None:
    tiles = "http://venue.test:9/{z}/{x}/{y}.png"
    server = start_server(SERVER_ENV | {"TILE_URL": tiles})
    room = create_room(server, activities=ACTIVITIES[3:])
    asked: list[str] = []
    page = venue.page("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(room.join_url)
    venue.visitor(Laptop, page).wait_live()
    wait_drawn(page, at_least=500)
    assert not [url for url in asked if url.endswith(".png")]


def test_names_of_places_are_there_without_internet_and_can_be_left_out(
    venue: Venue, room: Room, host: Host
) -> None:
    host.go(4)
    screen = venue.screen(room)
    wait_drawn(screen.page, at_least=3000)
    expect(screen.page.locator(".leaflet-control-attribution")).to_contain_text("GeoNames")
    host.go(3)
    wait_drawn(screen.page, at_most=0)
    expect(screen.page.locator(".leaflet-control-attribution")).not_to_contain_text("GeoNames")


def test_a_place_is_found_by_its_name_unless_that_would_be_the_answer(
    venue: Venue, room: Room, host: Host
) -> None:
    host.ask(4)
    laptop = venue.laptop(room)
    page = laptop.page
    page.locator("#aim-button").click()
    page.get_by_role("combobox", name="Search a place").fill("Deventer")
    page.get_by_role("option").first.click()
    laptop.wait_saved()
    expect(page.locator("#aim-bar")).to_be_hidden()
    expect(laptop.marker).to_have_attribute("aria-label", re.compile("52.3° N, 6.2° E"))
    expect(laptop.marker).to_be_in_viewport()
    host.ask(3)
    expect(page.locator("#question")).to_have_text("Where is Oslo?")
    page.locator("#aim-button").click()
    expect(page.get_by_text("Move the map until")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)


def test_a_reveal_shows_the_target_and_ones_own_way_to_it(
    venue: Venue, room: Room, host: Host
) -> None:
    host.ask(3)
    phone, other, screen = venue.phone(room), venue.phone(room), venue.screen(room)
    for one, at in ((phone, Point(100, 300)), (other, Point(250, 420))):
        one.finger.tap(at)
        one.wait_saved()
    expect(screen.page.locator("#question")).to_have_text("Where is Oslo?")
    assert drawn_on_surface(screen.page) == 0
    expect(phone.page.locator("#marker-count")).to_have_text("1")
    host.stage("closed", since="answer")
    host.stage("revealed", since="closed")
    expect(phone.page.locator("#marker-count")).to_have_text("2")
    wait_drawn(phone.page, at_least=300)
    wait_drawn(screen.page, at_least=300)
    host.stage("answer", since="revealed", again=True)
    wait_drawn(phone.page, at_most=0)
