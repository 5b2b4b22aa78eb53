"""Phones that got no new browser for years: where they fit in, and what they are told."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from testkit.services import Unavailable
from tests.browser.eyes import Point
from tests.browser.venue import Room
from tests.conftest import leave_out
from tests.engines.old_chromium import OldChromium

PHONE = (390, 844)

OpenOld = Callable[[int], OldChromium]


@pytest.fixture
def open_old(service_folder: Path, request: pytest.FixtureRequest) -> Iterator[OpenOld]:
    """Open a phone with an old Chromium."""
    with ExitStack() as stack:

        def open_it(version: int) -> OldChromium:
            folder = service_folder / f"chromium-{version}-{request.node.name}"
            try:
                engine = OldChromium(folder, version, PHONE)
            except Unavailable as error:
                leave_out(str(error))
            stack.callback(engine.close)
            return engine

        yield open_it


def placed(phone: OldChromium, room: Room) -> None:
    """Come in and place a marker by tapping the map."""
    phone.open(room.join_url)
    phone.wait_visible(".marker-canvas")
    phone.wait_gone("#banner")
    phone.tap(Point(195, 400))
    phone.wait("() => document.querySelector('#save-state').dataset.state === 'saved'")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("version", [90, 106])
def test_a_list_can_be_closed_where_viewport_units_are_the_old_ones(
    open_old: OpenOld, room: Room, version: int
) -> None:
    """Without `dvh` the sheet had no limit: its close button was above the window."""
    phone = open_old(version)
    placed(phone, room)
    assert phone.run("() => CSS.supports('height', '1dvh')") is False
    # As long as in a room full of people.
    phone.tap_on("#list-button")
    phone.wait_visible("#list [role=option]")
    phone.run(
        """() => {
          const list = document.querySelector("#list");
          for (let i = 0; i < 40; i += 1) list.append(list.firstElementChild.cloneNode(true));
        }"""
    )
    close = phone.wait_visible("#list-close")
    assert 0 < close.y < PHONE[1]
    phone.tap(close)
    phone.wait_gone("#list-sheet")
    assert phone.surprises() == []


@pytest.mark.timeout(180)
def test_a_browser_that_is_too_old_is_told_so(open_old: OpenOld, room: Room) -> None:
    """Chromium 88 does not understand the page's script: it knows no top-level await.

    Not the front page: there this build of it crashes.
    """
    phone = open_old(88)
    for url in (room.join_url, room.screen_url):
        phone.open(url)
        phone.wait_visible("#trouble")
        words = phone.run("() => document.querySelector('#trouble').innerText")
        assert "too old" in words, words


@pytest.mark.timeout(180)
def test_a_browser_without_has_shows_the_target_and_what_is_chosen(
    open_old: OpenOld, room: Room
) -> None:
    """One rule named both, and was dropped as a whole. Arrows pointed up, all four of them."""
    phone = open_old(90)
    placed(phone, room)
    assert phone.run("() => CSS.supports('selector(:has(*))')") is False
    style = "(s, name) => getComputedStyle(document.querySelector(s))[name]"
    assert phone.run(style, "#reticle", "visibility") == "hidden"
    phone.tap_on("#aim-button")
    phone.wait(f"() => ({style})('#reticle', 'visibility') === 'visible'")
    phone.tap_on("#aim-cancel")
    phone.tap(Point(195, 400))
    phone.wait_visible("#marker-sheet")
    assert phone.run(style, ".swatch :checked", "boxShadow") != "none"
    arrows = phone.run(
        """() => [...document.querySelectorAll("#marker-arrows .icon")]
             .map((icon) => getComputedStyle(icon).transform)"""
    )
    assert len(set(arrows)) == 4, arrows
    assert phone.surprises() == []
