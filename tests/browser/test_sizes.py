"""The map at every size: what it shows when its size changes, and what lies over it."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.eyes import COLOURS, Point
from tests.browser.people import MIDDLE, Phone, Screen, Visitor
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue, create_room

FULL_HD = ViewportSize(width=1920, height=1080)
LYING = ViewportSize(width=740, height=360)
LONGEST_QUESTION = (
    "Where in all the world did you first see a cap like that of a steamship captain on the "
    "Danube, and why did nobody tell you then that it is in truth a quite ordinary cap that "
    "everybody knows well?????"
)


def from_the_middle(phone: Phone, colour: str) -> Point:
    """Where a marker is drawn, seen from the middle of the page."""
    at = phone.eyes.wait_still(colour)
    width, height = phone.page.evaluate("[innerWidth, innerHeight]")
    return at.moved(-width / 2, -height / 2)


def test_a_screen_of_another_size_shows_what_it_shows_when_opened_at_that_size(
    venue: Venue, room: Room
) -> None:
    """A projector is plugged in, and unplugged."""
    phone = venue.phone(room)
    colour = phone.place_marker()
    screens = {}
    for name, size in {"small": PROJECTOR, "large": FULL_HD}.items():
        screens[name] = venue.visitor(Screen, venue.page(room.screen_url, size))
        screens[name].wait_live()
    small, large = (screens[name].eyes.wait_still(colour) for name in ("small", "large"))
    screens["large"].page.set_viewport_size(PROJECTOR)
    screens["large"].eyes.wait_at(colour, small)
    screens["small"].page.set_viewport_size(FULL_HD)
    screens["small"].eyes.wait_at(colour, large)
    screens["small"].page.set_viewport_size(PROJECTOR)
    screens["small"].eyes.wait_at(colour, small)


def test_a_screen_that_was_moved_by_hand_keeps_its_middle(venue: Venue, room: Room) -> None:
    screen, phone = venue.screen(room), venue.phone(room)
    colour = phone.place_marker()
    mouse = screen.page.mouse
    start = screen.eyes.wait_still(colour)
    screen.page.locator("#zoom-in").click()
    screen.eyes.wait_away_from(colour, start, by=5)
    start = screen.eyes.wait_still(colour)
    mouse.move(300, 400)
    mouse.down()
    mouse.move(360, 440, steps=5)
    # Held still for a moment, a map has no momentum.
    screen.eyes.wait_at(colour, start.moved(60, 40), within=8)
    there = screen.eyes.wait_still(colour)
    mouse.up()
    box = screen.page.locator("#map").bounding_box()
    assert box is not None
    screen.page.set_viewport_size(ViewportSize(width=1100, height=800))
    larger = screen.page.locator("#map").bounding_box()
    assert larger is not None
    grown = Point((larger["width"] - box["width"]) / 2, (larger["height"] - box["height"]) / 2)
    screen.eyes.wait_at(colour, there.moved(*grown))


def test_a_phone_that_is_turned_keeps_the_middle_of_its_map(venue: Venue, room: Room) -> None:
    """Also where there is less room for it in between: turned back, all is as before."""
    phone = venue.phone(room)
    colour = phone.place_marker()
    before = from_the_middle(phone, colour)
    place = phone.eyes.wait_still(colour)
    phone.page.set_viewport_size(LYING)
    phone.eyes.wait_away_from(colour, place, by=50)
    turned = from_the_middle(phone, colour)
    assert turned.distance(before) < 3
    phone.page.set_viewport_size(PHONE)
    phone.eyes.wait_at(colour, place)


def test_a_keyboard_that_opens_on_a_phone_leaves_the_middle_of_the_map(
    venue: Venue, room: Room
) -> None:
    phone = venue.phone(room)
    colour = phone.place_marker()
    place = phone.eyes.wait_still(colour)
    phone.page.set_viewport_size(ViewportSize(width=360, height=440))
    phone.eyes.wait_at(colour, place.moved(0, -150))
    phone.page.set_viewport_size(PHONE)
    phone.eyes.wait_at(colour, place)


def wait_free(visitor: Visitor, colour: str) -> None:
    """Wait until this marker is where the map can be seen, and nothing lies over it."""
    visitor.page.wait_for_function(
        """colour => {
            const at = eyes.see(colour);
            return at && document.elementFromPoint(at.x, at.y)?.closest("#map");
        }""",
        arg=COLOURS[colour],
    )


@pytest.fixture
def wordy_room(server: ServerProcess) -> Room:
    """A room with a question as long as one may be."""
    return create_room(server, question=LONGEST_QUESTION)


@pytest.mark.parametrize("size", [PROJECTOR, FULL_HD], ids=["1024", "1920"])
def test_a_marker_in_the_far_north_shows_below_the_longest_question_on_the_screen(
    venue: Venue, wordy_room: Room, size: ViewportSize
) -> None:
    """The phone says that it is on the screen."""
    screen = venue.visitor(Screen, venue.page(wordy_room.screen_url, size))
    screen.wait_live()
    laptop = venue.laptop(wordy_room)
    laptop.page.mouse.click(200, 90)
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()
    degrees = float(laptop.place().split("°")[0])
    assert 66 < degrees < 75
    wait_free(screen, laptop.colour())


@pytest.mark.parametrize("size", [PROJECTOR, FULL_HD], ids=["1024", "1920"])
def test_the_longest_question_takes_little_of_the_screen_and_is_there_in_full(
    venue: Venue, wordy_room: Room, size: ViewportSize
) -> None:
    screen = venue.visitor(Screen, venue.page(wordy_room.screen_url, size))
    screen.wait_live()
    expect(screen.question).to_have_text(LONGEST_QUESTION)
    assert screen.question.get_attribute("data-cut") is None
    card = screen.page.locator("#question-card").bounding_box()
    assert card is not None
    assert card["height"] < size["height"] / 6


def test_a_question_too_long_for_a_phone_is_cut_until_it_is_tapped(
    venue: Venue, wordy_room: Room
) -> None:
    phone = venue.phone(wordy_room)
    expect(phone.question).to_have_text(LONGEST_QUESTION)
    box = phone.question.bounding_box()
    assert box is not None
    assert box["height"] < PHONE["height"] / 8
    phone.question.tap()
    expect(phone.question).to_have_css("-webkit-line-clamp", "none")
    whole = phone.question.bounding_box()
    assert whole is not None
    assert whole["height"] > box["height"]
    phone.finger.tap(MIDDLE)
    expect(phone.question).not_to_have_css("-webkit-line-clamp", "none")


def test_the_sheet_of_a_marker_on_a_laptop_does_not_cover_it(venue: Venue, room: Room) -> None:
    """It stands at the lower right, and so does the marker."""
    laptop = venue.laptop(room)
    at = Point(1150, 600)
    laptop.page.mouse.click(*at)
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()
    colour = laptop.colour()
    laptop.eyes.wait_at(colour, at)
    laptop.page.mouse.click(*at)
    expect(laptop.page.locator("#marker-sheet")).to_be_visible()
    laptop.eyes.wait_away_from(colour, at, by=20)
    wait_free(laptop, colour)


def test_a_marker_that_lies_free_stays_where_it_is_when_it_is_chosen(
    venue: Venue, room: Room
) -> None:
    """The map goes no farther than it must."""
    laptop = venue.laptop(room)
    at = Point(1150, 250)
    laptop.page.mouse.click(*at)
    laptop.wait_saved()
    colour = laptop.colour()
    laptop.page.mouse.click(*at)
    expect(laptop.page.locator("#marker-sheet")).to_be_visible()
    assert laptop.eyes.wait_still(colour).distance(at) < 2


def test_a_marker_under_the_question_comes_out_when_it_is_picked_from_the_list(
    venue: Venue, wordy_room: Room
) -> None:
    """As far north as a marker may be, too: the map ends there, and is zoomed in."""
    laptop, phone = venue.laptop(wordy_room), venue.phone(wordy_room)
    laptop.page.mouse.click(330, 10)
    expect(laptop.marker).to_be_visible()
    laptop.wait_saved()
    assert float(laptop.place().split("°")[0]) > 76
    phone.page.locator("#list-button").click()
    phone.list_entry().first.click()
    expect(phone.page.locator("#marker-sheet")).to_be_visible()
    wait_free(phone, laptop.colour())
    phone.eyes.wait_still(laptop.colour())
    wait_free(phone, laptop.colour())


def test_a_marker_that_is_picked_while_the_map_zooms_comes_out_too(
    venue: Venue, wordy_room: Room
) -> None:
    """Leaflet drops a move of the map while it zooms."""
    laptop, phone = venue.laptop(wordy_room), venue.phone(wordy_room)
    laptop.page.mouse.click(330, 10)
    laptop.wait_saved()
    phone.page.locator("#list-button").click()
    expect(phone.list_entry().first).to_be_visible()
    phone.page.evaluate(
        """async () => {
            document.getElementById("zoom-in").click();
            // Under way: Leaflet begins in the next frame.
            while (!document.querySelector(".leaflet-zoom-anim"))
                await new Promise(requestAnimationFrame);
            document.querySelector("[role=option]").click();
        }"""
    )
    expect(phone.page.locator("#marker-sheet")).to_be_visible()
    wait_free(phone, laptop.colour())
    phone.eyes.wait_still(laptop.colour())
    wait_free(phone, laptop.colour())


def test_a_label_that_runs_from_right_to_left_is_cut_at_its_end(venue: Venue, room: Room) -> None:
    """On the map that is its left, in a picture; and so it is in the title of the sheet."""
    context = venue.context(PHONE)
    # What is written on any canvas, and in which direction.
    context.add_init_script("""
        globalThis.written = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
          written.push([text, this.direction]);
          return fillText.call(this, text, ...place);
        };
    """)
    page = context.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    phone.place_marker()
    phone.finger.tap(MIDDLE)
    page.locator("#marker-label").fill("قرية صغيرة بعيدة جدا على ضفاف النيل في جنوب مصر")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => written.some(([text, direction]) => text.endsWith('…') && direction === 'rtl')"
    )
    assert page.locator("#marker-title").evaluate("title => getComputedStyle(title).direction") == (
        "rtl"
    )


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1024, 768), (360, 740)])
def test_nothing_lies_over_the_longest_question_on_the_screen(
    venue: Venue, wordy_room: Room, width: int, height: int
) -> None:
    """Nor over the zoom buttons."""
    screen = venue.visitor(
        Screen, venue.page(wordy_room.screen_url, ViewportSize(width=width, height=height))
    )
    screen.wait_live()
    for _panel in ("shown", "small"):
        for part in ("#question-card", ".zoom"):
            assert uncovered(screen, part), part
        screen.page.get_by_role("button", name="QR code").click()


def uncovered(visitor: Visitor, part: str) -> bool:
    """Whether it is what is seen at its corners and in its middle."""
    return bool(
        visitor.page.locator(part).evaluate(
            """part => {
                const { left, top, right, bottom } = part.getBoundingClientRect();
                const xs = [left + 8, (left + right) / 2, right - 8];
                const ys = [top + 8, (top + bottom) / 2, bottom - 8];
                return xs.every((x) => ys.every((y) =>
                    part.contains(document.elementFromPoint(x, y))));
            }"""
        )
    )


@pytest.mark.parametrize("question", ["Where?", LONGEST_QUESTION], ids=["short", "long"])
def test_a_phone_that_is_held_sideways_keeps_its_target_and_buttons_clear(
    venue: Venue, server: ServerProcess, question: str
) -> None:
    room = create_room(server, question=question)
    phone = venue.visitor(Phone, venue.page(room.join_url, LYING, has_touch=True, is_mobile=True))
    phone.wait_live()
    page = phone.page
    page.get_by_role("button", name="Place precisely").click()
    expect(page.locator("#aim-bar")).to_be_visible()
    assert covering(page, "#reticle") == []
    page.get_by_role("button", name="Place here").click()
    phone.wait_saved()
    page.get_by_role("button", name="Place precisely").click()
    assert covering(page, "#reticle") == []
    page.get_by_role("button", name="Cancel").click()
    phone.choose_from_list("Your marker")
    for button in ("#name-button", "#aim-button", "#list-button"):
        assert covering(page, button) == []
    phone.close_sheet()
    expect(page.locator("#list-button")).to_be_visible()


def covering(page: Page, part: str) -> list[str]:
    """What lies over a part of the page that is visible, to one side or as a whole."""
    found: list[str] = page.evaluate(
        """part => {
            const visible = (element) => element.checkVisibility({ visibilityProperty: true });
            const element = document.querySelector(part);
            if (!visible(element)) return [];
            const a = element.getBoundingClientRect();
            return ["#question-card", ".sheet:not([hidden])"]
                .flatMap((other) => [...document.querySelectorAll(other)])
                .filter((other) => {
                    const b = other.getBoundingClientRect();
                    return a.left < b.right && b.left < a.right
                        && a.top < b.bottom && b.top < a.bottom;
                })
                .map(({ id }) => id);
        }""",
        part,
    )
    return found
