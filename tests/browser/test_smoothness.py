"""Many markers that move stay smooth on the screen page."""

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.crowd import Crowd
from tests.browser.venue import Room, Venue, create_room

MARKERS = 300
# How many frames to look at.
FRAMES = 90
# No piece of work may keep the page from drawing for longer (ms) ...
LONGEST_TASK = 200
# ... but for this many, in which the machine has given its cores to somebody else. What
# the page does itself it does for every tick, and that would show more often.
INTERRUPTIONS = 1
# Moving may cost this part of the frames; software drawing on a busy machine is slow.
LEAST_SHARE = 0.25

# Draws so many frames and tells how long that took and which tasks were long, in ms.
WATCH_FRAMES = """
async (frames) => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  const started = performance.now();
  for (let drawn = 0; drawn < frames; drawn += 1) await new Promise(requestAnimationFrame);
  observer.disconnect();
  return { elapsed: performance.now() - started, tasks };
}
"""

# Whether the picture is another one after a number of frames.
PICTURE = "() => document.querySelector('.marker-canvas').toDataURL()"


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, question="Where are you?", rules="shared", anyone_adds=True)


def frames_per_second(page: Page) -> tuple[float, list[float]]:
    seen = page.evaluate(WATCH_FRAMES, FRAMES)
    return FRAMES * 1000 / seen["elapsed"], seen["tasks"]


def test_three_hundred_markers_move_smoothly(
    venue: Venue, server: ServerProcess, room: Room
) -> None:
    """The page keeps drawing, and no task holds it up (F4)."""
    screen = venue.screen(room)
    with Crowd(f"{server.websocket_url}/ws/{room.code}", MARKERS) as crowd:
        screen.show_results()
        expect(screen.page.locator("#results-rows tr")).to_have_count(MARKERS)
        screen.page.locator("#results-close").click()
        resting, _tasks = frames_per_second(screen.page)
        before = screen.page.evaluate(PICTURE)
        crowd.move()
        screen.page.wait_for_function(f"before => ({PICTURE})() !== before", arg=before)
        moving, tasks = frames_per_second(screen.page)
    print(f"{resting:.0f} frames a second at rest, {moving:.0f} moving; long tasks: {tasks}")
    assert moving >= LEAST_SHARE * resting
    assert len([task for task in tasks if task > LONGEST_TASK]) <= INTERRUPTIONS
