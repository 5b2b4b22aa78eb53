"""The map has an end, and from everywhere on it there is a way back to what matters."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone, Screen
from tests.browser.placed import place
from tests.browser.venue import LAPTOP, PHONE, PROJECTOR, Room, Venue, create_room

BLUE, GREEN = 1, 2
HAWAII = {"lat": 19.6, "lng": -155.5, "colour": BLUE}
WELLINGTON = {"lat": -41.3, "lng": 174.8, "colour": GREEN}
# More presses of a zoom button than there are steps.
MANY = 14


@pytest.fixture
def shared_room(server: ServerProcess) -> Room:
    return create_room(server, question="Where do we meet?", rules="shared")


def press(page: Page, name: str, times: int = 1) -> None:
    for _press in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def test_a_phone_can_see_the_world_from_side_to_side(
    venue: Venue, server: ServerProcess, shared_room: Room
) -> None:
    """Cape Verde and Fiji; zooming out ends there."""
    phone = venue.phone(shared_room)
    place(
        server,
        shared_room,
        {"lat": 15, "lng": -155, "colour": BLUE},
        {"lat": -15, "lng": 165, "colour": GREEN},
    )
    press(phone.page, "Zoom out", MANY)
    west, east = phone.eyes.wait_still("blue"), phone.eyes.wait_still("green")
    # 320 of 360 degrees in 360 pixels.
    assert 310 < east.x - west.x < 335
    assert west.x > 0
    assert east.x < PHONE["width"]


def test_zooming_in_ends_where_there_is_nothing_more_to_see(
    venue: Venue, server: ServerProcess, shared_room: Room
) -> None:
    """Without streets, a degree of longitude is 182 pixels wide at most (zoom 8)."""
    phone = venue.phone(shared_room)
    page = phone.page
    place(
        server,
        shared_room,
        {"lat": 20, "lng": 9.9, "colour": BLUE},
        {"lat": 20, "lng": 10.9, "colour": GREEN},
    )
    press(page, "Show everyone")
    press(page, "Zoom in", MANY)
    page.wait_for_function("""async () => {
        const [a, b] = [await eyes.seesStill([0x00, 0x72, 0xB2]),
                        await eyes.seesStill([0x00, 0x9E, 0x73])];
        return a && b && Math.abs(b.x - a.x - 182) < 3;
    }""")


@pytest.mark.parametrize("kind", ["phone", "screen"])
def test_one_press_shows_everyone_again(
    venue: Venue, server: ServerProcess, shared_room: Room, kind: str
) -> None:
    """Also those on both sides of the date line, and clear of what lies over the map."""
    visitor = venue.phone(shared_room) if kind == "phone" else venue.screen(shared_room)
    page = visitor.page
    place(server, shared_room, HAWAII, WELLINGTON)
    if kind == "phone":
        expect(page.locator("#marker-count")).to_have_text("2")
    else:
        expect(page.locator("#waiting")).to_be_hidden()
    press(page, "Zoom in", 5)
    visitor.eyes.wait_gone("blue")
    # Also while the map still zooms.
    page.evaluate(
        "for (const id of ['zoom-in', 'show-everyone']) document.getElementById(id).click()"
    )
    for colour in ("blue", "green"):
        visitor.eyes.wait_for(colour)
        at = visitor.eyes.wait_still(colour)
        assert page.evaluate(
            "({ x, y }) => document.elementFromPoint(x, y)?.closest('#map') !== null",
            {"x": at.x, "y": at.y},
        )


def test_it_shows_them_clear_of_all_on_a_phone_held_sideways(
    venue: Venue, server: ServerProcess, shared_room: Room
) -> None:
    """The question and the buttons leave no band from side to side."""
    size = ViewportSize(width=740, height=360)
    page = venue.page(shared_room.join_url, size, has_touch=True, is_mobile=True)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    place(
        server,
        shared_room,
        {"lat": 55, "lng": -5, "colour": BLUE},
        {"lat": -30, "lng": 25, "colour": GREEN},
    )
    press(page, "Show everyone")
    for colour in ("blue", "green"):
        phone.eyes.wait_for(colour)
        at = phone.eyes.wait_still(colour)
        assert page.evaluate(
            "({ x, y }) => document.elementFromPoint(x, y)?.closest('#map') !== null",
            {"x": at.x, "y": at.y},
        )


def test_with_no_marker_yet_it_leads_back_to_the_view_of_the_beginning(
    venue: Venue, room: Room
) -> None:
    """The first marker is placed where the map's middle was."""
    phone = venue.phone(room)
    press(phone.page, "Zoom in", 4)
    phone.finger.down(MIDDLE)
    phone.finger.move(MIDDLE.moved(-120, 40))
    phone.finger.up()
    press(phone.page, "Show everyone")
    phone.page.get_by_role("button", name="Place precisely").click()
    phone.page.get_by_role("button", name="Place here").click()
    expect(phone.marker).to_be_visible()
    phone.wait_saved()
    assert phone.place().endswith("10.0° E")


def test_who_comes_to_shared_markers_sees_all_of_them(
    venue: Venue, server: ServerProcess, shared_room: Room
) -> None:
    place(server, shared_room, HAWAII, WELLINGTON, {"lat": 64, "lng": -20, "colour": 0})
    for size in (PHONE, LAPTOP):
        page = venue.page(shared_room.join_url, size)
        phone = venue.visitor(Phone, page)
        phone.wait_live()
        for colour in ("blue", "green", "vermilion"):
            at = phone.eyes.wait_for(colour)
            assert 0 < at.x < size["width"]


@pytest.mark.parametrize(
    "size", [PROJECTOR, ViewportSize(width=1920, height=1080)], ids=["1024", "1920"]
)
@pytest.mark.parametrize("panel", ["shown", "hidden"])
def test_the_heat_map_and_its_legend_cover_nothing(
    venue: Venue, server: ServerProcess, room: Room, size: ViewportSize, panel: str
) -> None:
    screen = venue.visitor(Screen, venue.page(room.screen_url, size))
    screen.wait_live()
    page = screen.page
    if panel == "hidden":
        press(page, "QR code")
    expect(page.locator("#waiting")).to_be_visible()
    assert overlaps(page) == []
    place(server, room, HAWAII)
    press(page, "Heat map")
    expect(page.locator("#heat-legend")).to_be_visible()
    assert overlaps(page) == []


def overlaps(page: Page) -> list[str]:
    """Pairs of the screen's parts that lie over each other."""
    found: list[str] = page.evaluate(
        """() => {
            const PARTS =
                ["#question-card", "#waiting", "#heat-legend", ".zoom", ".tools", "#join"];
            const boxes = PARTS
                .map((part) => [part, document.querySelector(part).getBoundingClientRect()])
                .filter(([, { width }]) => width > 0);
            return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
                .filter(([, b]) => a.left < b.right && b.left < a.right
                    && a.top < b.bottom && b.top < a.bottom)
                .map(([other]) => `${one} over ${other}`));
        }"""
    )
    return found


def test_a_label_stays_while_somebody_moves_its_marker(
    venue: Venue, server: ServerProcess, shared_room: Room
) -> None:
    """Then everybody looks, and wants to know which marker it is, and who moves it."""
    place(server, shared_room, {"lat": 30, "lng": 10, "colour": BLUE, "label": "Lisbon"})
    context = venue.context(PROJECTOR)
    context.add_init_script("""
        globalThis.written = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
          written.push(text);
          return fillText.call(this, text, ...place);
        };
    """)
    page = context.new_page()
    page.goto(shared_room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    page.wait_for_function("() => written.includes('Lisbon')")
    page.evaluate("written.length = 0")
    phone = venue.phone(shared_room)
    phone.lift("blue", (30, 60))
    page.wait_for_function(
        "name => written.includes('Lisbon') && written.includes(name)", arg=phone.name
    )
    phone.finger.up()
