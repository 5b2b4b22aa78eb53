"""Memory of a page that is zoomed and panned for long: WebKit on phones ends those that grow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.services import Unavailable
from tests.browser.eyes import Point
from tests.browser.venue import Room
from tests.conftest import leave_out
from tests.engines.webkit import WebKit

SIZE = (360, 560)
SCALE = 2

WARM_UP = 3
ROUNDS = 10
ZOOMS = 3

# So much more than after warming up is bounded: collecting comes and goes. What
# was never given back was once as much again as all the rest.
MOST = 1.35


@pytest.fixture
def webkit(service_folder: Path) -> Iterator[WebKit]:
    try:
        webkit = WebKit(service_folder / "webkit-memory", SIZE, SCALE)
    except Unavailable as error:
        leave_out(str(error))
    yield webkit
    webkit.close()


def zoom(webkit: WebKit, button: str) -> None:
    """One step, and wait until the map has taken it and its tiles are there."""
    proxy = "document.querySelector('.leaflet-proxy').style.transform"
    before = webkit.run(f"() => {proxy}")
    webkit.run("(button) => document.querySelector(button).click()", button)
    webkit.wait(
        f"""(before) => {proxy} !== before &&
          [...document.querySelectorAll("canvas.leaflet-tile")]
            .every((tile) => tile.classList.contains("leaflet-tile-loaded"))""",
        before,
    )


def a_round(webkit: WebKit) -> None:
    for _ in range(ZOOMS):
        zoom(webkit, "#zoom-in")
    webkit.down(Point(300, 400))
    webkit.drag_to(Point(80, 250))
    webkit.up()
    for _ in range(ZOOMS):
        zoom(webkit, "#zoom-out")


@pytest.mark.timeout(300)
def test_a_map_that_is_zoomed_and_panned_for_long_takes_no_more_and_more_memory(
    webkit: WebKit, room: Room
) -> None:
    webkit.open(room.join_url)
    webkit.wait_visible(".marker-canvas")
    assert webkit.run("() => devicePixelRatio") == SCALE
    took = []
    for _ in range(ROUNDS):
        a_round(webkit)
        took.append(webkit.memory)
    early, late = max(took[:WARM_UP]), max(took[WARM_UP:])
    megabytes = [memory // 1_000_000 for memory in took]
    print("MB after each round:", megabytes)
    assert late < early * MOST, megabytes
