"""The screen page in a real Chromium, zoomed and panned as a presenter would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bench.ages import now
from bench.browser.trace import CATEGORIES, Work, read
from testkit.services import find_chromium

# A pixel in the middle of the map: the last marker to be put is there.
_DRAWN = """() => {
  const canvas = document.querySelector(".marker-canvas");
  if (!canvas?.width) return 0;
  const [x, y] = [canvas.width >> 1, canvas.height >> 1];
  const [, , , opacity] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
  return opacity === 255 ? performance.now() : 0;
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """It draws in software: what this shows holds on a laptop without a graphics card, too."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def screen(browser: Browser, url: str, size: ViewportSize) -> AsyncIterator[Screen]:
    """The page at this address in a profile of its own, with nothing in its cache."""
    context = await browser.new_context(viewport=size)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url, wait_until="commit")
    drawn_after = await _first_drawn(page)
    metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
    await devtools.detach()
    seconds = next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
    yield Screen(browser, page, drawn_after, seconds * 1000)
    await context.close()


async def _first_drawn(page: Page) -> float:
    drawn = await page.wait_for_function(_DRAWN, polling="raf")
    milliseconds: float = await drawn.json_value()
    return milliseconds


class Traced:
    """The result of `Screen.traced`."""

    work: Work


class Screen:
    """An open page.

    `drawn_after` is how long it took from the navigation to all markers, and
    `drawn_with` how much CPU of the main thread, both in milliseconds.
    """

    def __init__(self, browser: Browser, page: Page, drawn_after: float, drawn_with: float) -> None:
        self._browser = browser
        self._page = page
        self.drawn_after = drawn_after
        self.drawn_with = drawn_with

    @asynccontextmanager
    async def traced(self) -> AsyncIterator[Traced]:
        """What the page does meanwhile; its `work` is there afterwards."""
        traced = Traced()
        await self._browser.start_tracing(page=self._page, categories=list(CATEGORIES))
        yield traced
        traced.work = read(await self._browser.stop_tracing())

    async def megabytes(self) -> float:
        """The memory of its scripts, after a garbage collection."""
        devtools = await self._page.context.new_cdp_session(self._page)
        await devtools.send("HeapProfiler.collectGarbage")
        used: dict[str, float] = await devtools.send("Runtime.getHeapUsage")
        await devtools.detach()
        return used["usedSize"] / 1e6

    async def press(self, name: str) -> None:
        await self._page.get_by_role("button", name=name).click()

    async def look(self, seconds: float) -> None:
        """Nobody touches it."""
        await asyncio.sleep(seconds)

    async def zoom(self, seconds: float) -> None:
        """The wheel turns in, and out again."""
        await self._point_at_map()
        end = now() + seconds
        while now() < end:
            for step in (-120, -120, -120, 120, 120, 120):
                await self._page.mouse.wheel(0, step)
                await asyncio.sleep(0.15)

    async def pan(self, seconds: float) -> None:
        """The map is dragged to and fro."""
        x, y = await self._point_at_map()
        await self._page.mouse.down()
        end = now() + seconds
        while now() < end:
            for way in (*range(0, 240, 12), *range(240, 0, -12)):
                await self._page.mouse.move(x + way, y + way / 4)
        await self._page.mouse.up()

    async def _point_at_map(self) -> tuple[float, float]:
        size = self._page.viewport_size or ViewportSize(width=0, height=0)
        x, y = size["width"] * 0.3, size["height"] * 0.5
        await self._page.mouse.move(x, y)
        return x, y
