"""A venue: people come in, each with a browser profile of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from testkit.server import ServerProcess
from tests.browser.eyes import SCRIPT
from tests.browser.people import Laptop, Phone, Remote, Screen, Visitor
from tests.browser.watch import Watch

# Pages are opened as most people open them: over plain http and by a name that
# is not this machine's own, so that they are no secure context.
HOST = "venue.test"

PHONE = ViewportSize(width=360, height=740)
PROJECTOR = ViewportSize(width=1024, height=768)
LAPTOP = ViewportSize(width=1366, height=768)

# These pages ask no other machine for anything, and a test may open many rooms.
SERVER_ENV = {"TILE_URL": "", "LEAFLET_CDN": "", "ROOM_CREATION_PER_MINUTE": "1000"}

# How long a state is waited for, in milliseconds: long enough for a busy machine.
PATIENCE = 20_000

SomeVisitor = TypeVar("SomeVisitor", bound=Visitor)


@dataclass(frozen=True)
class Room:
    """An opened room at the address that people use."""

    origin: str
    code: str
    host_key: str

    @property
    def join_url(self) -> str:
        return f"{self.origin}/{self.code}"

    @property
    def screen_url(self) -> str:
        return f"{self.origin}/{self.code}/screen"

    @property
    def host_url(self) -> str:
        return f"{self.origin}/{self.code}/host#key={self.host_key}"


def origin(server: ServerProcess) -> str:
    return f"http://{HOST}:{server.port}"


def create_room(server: ServerProcess, **fields: object) -> Room:
    """Open a room through the API; the fields are those of POST /api/rooms."""
    answer = httpx.post(f"{server.url}/api/rooms", json=fields, timeout=10)
    answer.raise_for_status()
    return Room(origin(server), answer.json()["code"], answer.json()["host_key"])


class Venue:
    """Opens pages, and in the end says what any of them has complained about."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._watches: dict[BrowserContext, Watch] = {}

    def context(self, size: ViewportSize = LAPTOP, **options: Any) -> BrowserContext:
        """A browser profile of its own; the options are Playwright's."""
        is_phone = size["width"] < 500
        context = self._browser.new_context(
            **{"viewport": size, "has_touch": is_phone, "is_mobile": is_phone, **options}
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=SCRIPT)
        self._watches[context] = Watch(context)
        return context

    def page(self, url: str, size: ViewportSize = LAPTOP, **options: Any) -> Page:
        """A page in a profile of its own."""
        page = self.context(size, **options).new_page()
        page.goto(url)
        return page

    def watch(self, of: Page | BrowserContext) -> Watch:
        """What the pages of this profile complain about."""
        return self._watches[of.context if isinstance(of, Page) else of]

    def phone(self, room: Room, **options: Any) -> Phone:
        return self._live(Phone, room.join_url, PHONE, **options)

    def laptop(self, room: Room, **options: Any) -> Laptop:
        return self._live(Laptop, room.join_url, LAPTOP, **options)

    def screen(self, room: Room, **options: Any) -> Screen:
        return self._live(Screen, room.screen_url, PROJECTOR, **options)

    def remote(self, room: Room, **options: Any) -> Remote:
        return self._live(Remote, room.host_url, PHONE, **options)

    def visitor(self, kind: type[SomeVisitor], page: Page) -> SomeVisitor:
        """What this page shows, as its user sees it."""
        return kind(page, self.watch(page))

    def close(self) -> None:
        """Everybody goes home; fails if a page has complained about something unexpected."""
        surprises = []
        for context, watch in self._watches.items():
            context.close()
            surprises += watch.surprises
        self._watches.clear()
        assert not surprises, "\n".join(surprises)

    def _live(
        self, kind: type[SomeVisitor], url: str, size: ViewportSize, **options: Any
    ) -> SomeVisitor:
        visitor = self.visitor(kind, self.page(url, size, **options))
        visitor.wait_live()
        return visitor
