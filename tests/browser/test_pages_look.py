"""Each page, opened in a real browser: it shows what it is for, and nothing complains."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations

PHONE = ViewportSize(width=360, height=740)
PROJECTOR = ViewportSize(width=1024, height=768)
LAPTOP = ViewportSize(width=1366, height=768)
FULL_HD = ViewportSize(width=1920, height=1080)


@pytest.fixture
def room(server: ServerProcess) -> dict[str, str]:
    answer = httpx.post(
        f"{server.url}/api/rooms", json={"question": "Where is your favourite place?"}
    )
    opened: dict[str, str] = answer.json()
    return opened


@contextmanager
def opened(
    browser: Browser, url: str, size: ViewportSize, *, scheme: Any = "light"
) -> Iterator[Page]:
    """A page whose console must stay empty."""
    is_phone = size["width"] < 500
    context = browser.new_context(
        viewport=size, color_scheme=scheme, has_touch=is_phone, is_mobile=is_phone
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert complaints == []


def has_map(page: Page) -> None:
    page.locator(".marker-canvas").wait_for(state="attached")


def assert_accessible(page: Page) -> None:
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_front_page_has_a_good_question_in_it(
    browser: Browser, server: ServerProcess, size: ViewportSize, scheme: str
) -> None:
    with opened(browser, server.url, size, scheme=scheme) as page:
        assert page.get_by_label("Your question").input_value() == "Where did you travel from?"
        assert_accessible(page)
        too_wide = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(too_wide)


def test_one_button_opens_a_map_that_this_browser_offers_again(
    browser: Browser, server: ServerProcess
) -> None:
    with opened(browser, server.url, LAPTOP) as page:
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/screen")
        has_map(page)
        page.get_by_role("button", name="Use my phone as the remote").wait_for()
        page.goto(server.url)
        page.get_by_role("link", name="Remote").wait_for()


def test_a_code_that_leads_nowhere_gets_a_kind_sentence(
    browser: Browser, server: ServerProcess
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("textbox", name="Have a code?").press_sequentially("000000")
    page.get_by_text("There's no map with this code.").wait_for()
    assert_accessible(page)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tap_on_the_audience_page_places_a_marker(
    browser: Browser, room: dict[str, str], scheme: str
) -> None:
    with opened(browser, room["join_url"], PHONE, scheme=scheme) as page:
        has_map(page)
        page.get_by_text("Tap the map to place your marker.").wait_for()
        assert_accessible(page)
        page.touchscreen.tap(180, 330)
        page.get_by_text("Saved ✓").wait_for()
        page.get_by_role("button", name="Your marker").wait_for()
        page.touchscreen.tap(180, 330)
        page.get_by_label("Label").wait_for()
        assert_accessible(page)


def test_a_marker_is_moved_and_put_back_with_the_keyboard_alone(
    browser: Browser, room: dict[str, str]
) -> None:
    with opened(browser, room["join_url"], LAPTOP) as page:
        has_map(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # on the map: places a marker in its middle
        marker = page.get_by_role("button", name="Your marker")
        marker.wait_for()
        before = marker.get_attribute("aria-label")
        marker.focus()
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Escape")
        page.get_by_text("Saved ✓").wait_for()
        assert marker.get_attribute("aria-label") == before
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Enter")
        expect(marker).not_to_have_attribute("aria-label", before or "")


def test_ones_own_marker_comes_first_in_the_tab_order(
    browser: Browser, room: dict[str, str]
) -> None:
    with opened(browser, room["join_url"], PHONE) as page:
        has_map(page)
        page.touchscreen.tap(180, 330)
        page.get_by_role("button", name="Your marker").wait_for()
        page.reload()
        page.get_by_role("button", name="Your marker").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "marker-handle"


@pytest.mark.parametrize("size", [PROJECTOR, FULL_HD], ids=["projector", "full-hd"])
def test_the_screen_can_be_read_from_the_back_row(
    browser: Browser, room: dict[str, str], size: ViewportSize
) -> None:
    with opened(browser, room["screen_url"], size) as page:
        has_map(page)
        page.get_by_text("Waiting for the first marker").wait_for()
        assert page.locator("#code").inner_text() == f"{room['code'][:3]} {room['code'][3:]}"
        code = page.locator("#code").bounding_box()
        picture = page.locator("#join-qr").bounding_box()
        assert code is not None
        assert picture is not None
        assert code["height"] >= size["height"] / 15
        assert picture["height"] >= size["height"] / 4
        assert_accessible(page)
        page.get_by_role("button", name="Results as text").click()
        page.get_by_role("table").wait_for()
        assert_accessible(page)


def test_the_remote_keeps_its_key_and_takes_it_out_of_the_address(
    browser: Browser, room: dict[str, str]
) -> None:
    """The host key is in the fragment only until this browser has it (A1)."""
    with opened(browser, room["host_url"], PHONE) as page:
        has_map(page)
        expect(page).to_have_url(room["host_url"].split("#")[0])
        assert_accessible(page)
        page.reload()
        has_map(page)
        page.get_by_role("button", name="Lock the map").click()
        page.get_by_role("button", name="Unlock the map").wait_for()


def test_the_remote_without_a_key_says_how_to_get_it(
    browser: Browser, room: dict[str, str]
) -> None:
    with opened(browser, room["host_url"].split("#")[0], PHONE) as page:
        page.get_by_text("This page needs the remote link").wait_for()
        assert_accessible(page)


@pytest.mark.parametrize("path", ["/000000", "/nothing/here"])
def test_a_page_that_is_not_there_helps(browser: Browser, server: ServerProcess, path: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(server.url + path)
    page.get_by_label("The six-digit code on the screen").wait_for()
    assert_accessible(page)
    context.close()
