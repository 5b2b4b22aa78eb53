"""Take the pictures of docs/images: each page, in the moments of a session.

    python -m tools.pictures [FOLDER]

A real server, a crowd of real clients, a real browser; nothing is drawn by hand. It
needs what the tests need. The README's picture is put together of three of them.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess, prepare_once
from testkit.services import LOOPBACK, find_chromium

IMAGES = Path(__file__).parent.parent / "docs" / "images"

PHONE = ViewportSize(width=360, height=740)
LAPTOP = ViewportSize(width=1366, height=768)
# What the pages are opened as.
ADDRESS = "map.example"

# Nothing is asked of another machine, and one address may fill a room.
SETTINGS = {"TILE_URL": "", "LEAFLET_CDN": "", "NEW_PEOPLE_BURST": "1000"}
CROWD = 46
CITIES = (
    *((52.37, 4.90), (51.92, 4.48), (50.85, 4.35), (48.86, 2.35), (52.52, 13.40), (48.14, 11.58)),
    *((59.33, 18.07), (55.68, 12.57), (41.39, 2.17), (45.46, 9.19), (47.50, 19.04), (53.35, -6.26)),
)
EUROPE = {"lat": 51.5, "lng": 9.0, "zoom": 5}
OSLO, BRUSSELS = (59.913, 10.746), (50.85, 4.35)
ACTIVITIES: list[dict[str, Any]] = [
    {
        "kind": "own",
        "question": "Where did you travel from?",
        "surface": {"kind": "outline", "view": EUROPE},
        "settings": {"hidden": True},
    },
    {
        "kind": "guess",
        "question": "Where is Oslo?",
        "surface": {"kind": "outline", "view": EUROPE, "names": False},
        "settings": {"targets": [[*OSLO, 0]], "answer": "Oslo"},
    },
    {
        "kind": "zones",
        "question": "Remote work makes us better",
        "surface": {
            "kind": "plane",
            "axes": {"x": ["Disagree", "Agree"]},
            "zones": [
                {"id": "no", "label": "Not at all", "box": [-1, -1, 1, -0.33]},
                {"id": "so-so", "label": "It depends", "box": [-1, -0.33, 1, 0.33]},
                {"id": "yes", "label": "Completely", "box": [-1, 0.33, 1, 1]},
            ],
        },
    },
    {
        "kind": "own",
        "question": "Where should the next meeting be?",
        "surface": {"kind": "outline", "view": EUROPE},
    },
]


class Session:
    """A room with its host, a crowd, and the pages that are photographed."""

    def __init__(self, room: Room, server: ServerProcess, browser: Browser, folder: Path) -> None:
        self.room = room
        self._server = server
        self._browser = browser
        self._folder = folder
        self.crowd: list[Client] = []
        self.markers: dict[Client, int] = {}
        self.activity = 1
        self.random = random.Random(5)

    async def gather(self, stack: AsyncExitStack) -> None:
        """Let the host and the crowd come in."""
        address = f"{self._server.websocket_url}/ws/{self.room.code}"
        self.host = await stack.enter_async_context(
            Client(address, role="host", key=self.room.host_key)
        )
        for _ in range(CROWD):
            self.crowd.append(await stack.enter_async_context(Client(address)))

    async def page(self, path: str, size: ViewportSize) -> Page:
        """A page in a browser profile of its own."""
        context = await self._browser.new_context(viewport=size, device_scale_factor=1)
        page = await context.new_page()
        await page.goto(f"http://{ADDRESS}{path}")
        return page

    async def take(self, page: Page, name: str) -> None:
        """Photograph a page once it rests."""
        await page.bring_to_front()
        await page.wait_for_load_state("networkidle")
        # Glides and pulses take up to a second, and results come once a second.
        await page.wait_for_timeout(2_500)
        await page.screenshot(path=self._folder / f"{name}.png")

    async def step(self, stage: str, since: str, round: int = 1) -> None:
        """Bring the current activity to a stage."""
        now = {"activity": self.activity, "stage": since, "round": round}
        await self.host.change("stage", stage=stage, **{"from": now})

    async def again(self) -> None:
        """Begin the second round."""
        now = {"activity": self.activity, "stage": "revealed", "round": 1}
        await self.host.change("stage", stage="answer", round=2, **{"from": now})

    async def go(self) -> None:
        """Ask the next question."""
        self.activity += 1
        await self.host.change("go", activity=self.activity)
        await self.step("answer", "prepare")

    async def answer(self, *, first: int = 0, last: int = CROWD) -> None:
        """Let these of the crowd give an answer: about cities, or on the plane."""
        for client in self.crowd[first:last]:
            lat, lng = self._somewhere()
            answer = await client.change("add", lat=lat, lng=lng)
            self.markers[client] = answer["marker"]

    async def move_on(self) -> None:
        """Let everybody come closer to Brussels."""
        for client, marker in self.markers.items():
            known = client.state.markers[marker]
            share = self.random.uniform(0.1, 0.8)
            lat, lng = (
                known.lat + share * (50.85 - known.lat),
                known.lng + share * (4.35 - known.lng),
            )
            await client.change("place", marker=marker, lat=lat, lng=lng)

    def _somewhere(self) -> tuple[float, float]:
        chance = self.random
        if self.activity == 2:
            far = abs(chance.gauss(0, 5))
            way = chance.uniform(0, 2 * math.pi)
            return OSLO[0] + 0.6 * far * math.sin(way), OSLO[1] + far * math.cos(way)
        if self.activity == 3:
            return chance.uniform(-0.8, 0.8), max(-0.95, min(0.95, chance.gauss(0.35, 0.45)))
        lat, lng = chance.choice(CITIES)
        return lat + chance.gauss(0, 0.6), lng + chance.gauss(0, 0.9)


async def photograph(session: Session) -> None:
    """Play a session, and take a picture of each page in its moments."""
    code, key = session.room.code, session.room.host_key
    await session.take(await session.page("/", LAPTOP), "home")
    await session.take(await session.page("/", PHONE), "home-phone")
    await session.take(await session.page(f"/{code}/edit#key={key}", LAPTOP), "editor")
    screen = await session.page(f"/{code}/screen", LAPTOP)
    phone = await session.page(f"/{code}", PHONE)
    remote = await session.page(f"/{code}/host#key={key}", PHONE)

    await session.answer(last=33)
    await tap(phone, ACTIVITIES[0]["question"], 170, 330)
    await session.take(phone, "phone-answer")
    await session.take(screen, "screen-hidden")
    await session.take(remote, "remote")
    await session.answer(first=33)
    await session.step("closed", "answer")
    await session.step("revealed", "closed")
    await session.take(screen, "screen-revealed")
    await session.take(phone, "phone-revealed")

    await session.go()
    await session.answer()
    await tap(phone, ACTIVITIES[1]["question"], 190, 300)
    await session.step("closed", "answer")
    await session.step("revealed", "closed")
    await session.take(screen, "screen-guess")
    await session.take(phone, "phone-guess")

    await session.go()
    await session.answer()
    await session.step("revealed", "answer")
    await session.take(screen, "screen-zones")

    await session.go()
    await session.answer()
    await session.step("revealed", "answer")
    await session.again()
    await session.move_on()
    await session.step("revealed", "answer", round=2)
    await session.take(screen, "screen-second-round")
    await remote.get_by_role("button", name="Sequence").click()
    await session.take(remote, "remote-sequence")


async def tap(phone: Page, question: str, x: float, y: float) -> None:
    """Answer with a tap, once the phone shows the question."""
    await expect(phone.locator("#question")).to_have_text(question)
    await phone.locator(".leaflet-container").click(position={"x": x, "y": y})
    await expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")


_COLLAGE = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; background: #0f1b2d; position: relative }
  img { position: absolute; border-radius: 14px; box-shadow: 0 18px 50px #0009 }
  .screen { left: 40px; top: 60px; width: 1180px }
  .phone { top: 108px; width: 280px; border: 8px solid #05090f; border-radius: 30px }
  .one { left: 1250px } .other { left: 1570px }
</style><img class="screen" src="%s"><img class="phone one" src="%s">
<img class="phone other" src="%s">"""


async def collage(browser: Browser, folder: Path) -> None:
    """The README's picture: the screen, a phone and the remote."""
    shown = [
        (folder / f"{name}.png").as_uri() for name in ("screen-guess", "phone-guess", "remote")
    ]
    page = await browser.new_page(viewport=ViewportSize(width=1906, height=784))
    html = folder / "collage.html"
    html.write_text(_COLLAGE % tuple(shown))
    await page.goto(html.as_uri())
    await page.screenshot(path=folder / "live-map.png")
    html.unlink()


@asynccontextmanager
async def chromium(server: ServerProcess) -> AsyncIterator[Browser]:
    """A browser that takes the address for the server's."""
    rule = f"--host-resolver-rules=MAP {ADDRESS} {LOOPBACK}:{server.port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", rule]
        )
        yield browser
        await browser.close()


async def main(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livemap-pictures-")))
        static_files = await asyncio.to_thread(prepare_once)
        server = ServerProcess(home, SETTINGS, static_files=static_files)
        await asyncio.to_thread(server.start)
        stack.callback(server.stop)
        browser = await stack.enter_async_context(chromium(server))
        room = await create_room(server, title="All hands", activities=ACTIVITIES)
        session = Session(room, server, browser, folder)
        await session.gather(stack)
        await photograph(session)
        await collage(browser, folder)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
