"""Real touches: the browser gets them as from a touch screen."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.eyes import Point

# A finger's way is made of so many small steps.
STEPS = 8


class Finger:
    """One finger on the screen of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._devtools = page.context.new_cdp_session(page)
        self.at = Point(0, 0)

    def down(self, at: Point) -> None:
        self.at = at
        self._touch("touchStart", at)

    def move(self, to: Point) -> None:
        start = self.at
        for step in range(1, STEPS + 1):
            part = step / STEPS
            self.at = start.moved((to.x - start.x) * part, (to.y - start.y) * part)
            self._touch("touchMove", self.at)

    def up(self) -> None:
        self._touch("touchEnd")

    def tap(self, at: Point) -> None:
        """Down and up without a wait between them, which on a busy machine made it a long press."""
        self.at = at
        self._page.touchscreen.tap(*at)

    def double_tap(self, at: Point) -> None:
        """Two taps, as quick as the browser takes them."""
        self.tap(at)
        self.tap(at)

    def _touch(self, kind: str, *points: Point) -> None:
        touches = [{"x": point.x, "y": point.y} for point in points]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
