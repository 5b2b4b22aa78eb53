"""Large type: on phones, because a reader wants it, and on walls, because they are far away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from mapapp.domain import names
from testkit.server import ServerProcess
from tests.browser.conftest import ARGUMENTS
from tests.browser.eyes import COLOURS
from tests.browser.layout import layout_problems
from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import PHONE, Room, Venue, origin

NARROW = ViewportSize(width=320, height=568)
FULL_HD = ViewportSize(width=1920, height=1080)
WALL = ViewportSize(width=2880, height=1620)


def enlarge(page: Page) -> None:
    """What "200 % text" does to a page whose sizes follow its root."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


@pytest.fixture
def far_sighted(browser: Browser, chromium: str) -> Iterator[Browser]:
    """The browser of somebody who has set a font size of 32 pixels."""
    browser = browser.browser_type.launch(
        executable_path=chromium, args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield browser
    browser.close()


def test_a_readers_own_font_size_is_the_pages(far_sighted: Browser, room: Room) -> None:
    page = far_sighted.new_context(viewport=PHONE).new_page()
    for url in (room.origin, room.join_url, f"{room.join_url}/host", f"{room.origin}/nowhere"):
        page.goto(url)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "32px", url


def test_the_pages_of_a_phone_hold_with_text_of_twice_the_size(
    venue: Venue, room: Room, server: ServerProcess
) -> None:
    home = venue.page(origin(server), PHONE)
    enlarge(home)
    problems = {"front page": layout_problems(home)}
    home.get_by_role("textbox", name="Have a code?").fill("837 21")
    assert home.locator("#code").evaluate("field => field.scrollWidth <= field.clientWidth")

    phone = venue.phone(room)
    enlarge(phone.page)
    problems["audience"] = layout_problems(phone.page)
    phone.place_marker(MIDDLE.moved(0, 70))
    problems["with a marker"] = layout_problems(phone.page)
    phone.page.locator("#name-button").click()
    problems["the name"] = layout_problems(phone.page)
    phone.page.locator("#name-cancel").click()
    phone.choose_from_list("Your marker")
    problems["the sheet"] = layout_problems(phone.page)

    host = venue.remote(room)
    enlarge(host.page)
    # The line of the result takes its room, too.
    expect(host.page.locator("#remote-result")).to_be_visible()
    problems["remote"] = layout_problems(host.page)
    host.page.locator("#settings-button").click()
    problems["settings"] = layout_problems(host.page)
    host.page.locator("#close-room").click()
    problems["asking"] = layout_problems(host.page)
    assert {state: found for state, found in problems.items() if found} == {}


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["360", "320"])
def test_a_given_name_is_never_cut(venue: Venue, room: Room, size: ViewportSize) -> None:
    adjective, animal = max(names.ADJECTIVES, key=len), max(names.ANIMALS, key=len)
    phone = venue.visitor(Phone, venue.page(room.join_url, size))
    phone.wait_live()
    expect(phone.page.locator("#name")).not_to_be_empty()
    for name in (phone.name, f"{adjective} {animal}"):
        phone.page.locator("#name").evaluate("(place, name) => { place.textContent = name; }", name)
        assert phone.page.locator("#name").evaluate(
            # Letters may reach out of their line, but not by a line.
            "p => p.scrollWidth <= p.clientWidth && p.scrollHeight < p.clientHeight + 8"
        ), name
        assert layout_problems(phone.page) == []


def ink(screen: Screen, colour: str) -> int:
    """How many pixels of this colour the markers on a screen have."""
    screen.eyes.wait_still(colour)
    count: int = screen.page.evaluate(
        """([red, green, blue]) => {
            const canvas = document.querySelector(".marker-canvas");
            const copy = new OffscreenCanvas(canvas.width, canvas.height)
                .getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) {
                if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) count += 1;
            }
            return count;
        }""",
        COLOURS[colour],
    )
    return count


def test_type_markers_and_buttons_grow_with_the_wall(venue: Venue, room: Room) -> None:
    """Larger than Full HD, which was the end; also where it has only now been plugged in."""
    phone = venue.phone(room)
    colour = phone.place_marker()
    screen = venue.visitor(Screen, venue.page(room.screen_url, FULL_HD))
    screen.wait_live()
    measure = """() => ["#question", "#zoom-in", "#toggle-results", "#people-count"].map(
        (part) => document.querySelector(part).getBoundingClientRect().height)"""
    small, small_ink = screen.page.evaluate(measure), ink(screen, colour)
    screen.page.set_viewport_size(WALL)
    screen.page.wait_for_function("() => document.querySelector('.marker-canvas').width > 1900")
    large, large_ink = screen.page.evaluate(measure), ink(screen, colour)
    assert all(b > 1.4 * a for a, b in zip(small, large, strict=True)), (small, large)
    assert large_ink > 1.8 * small_ink
    assert layout_problems(screen.page) == []


def test_the_remote_on_a_tiny_phone_with_large_text_scrolls_its_buttons(
    venue: Venue, room: Room
) -> None:
    host = venue.visitor(Remote, venue.page(room.host_url, NARROW))
    host.wait_live()
    enlarge(host.page)
    host.page.locator("#settings-button").click()
    close = host.page.locator("#close-room")
    close.scroll_into_view_if_needed()
    close.click()
    expect(host.page.get_by_role("dialog")).to_be_visible()
