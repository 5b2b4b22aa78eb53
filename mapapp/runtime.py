"""The objects that a process's requests and sockets share: made once, and handed in.

Sockets get them from the composition root (`routing`), requests from
`mapapp.web.middleware.RuntimeMiddleware`; both take them from the app registry,
where Django makes them at its start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from functools import cached_property
from typing import Any, cast

from channels.layers import get_channel_layer
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest

from mapapp.boot.lazy_hub import LazyHub
from mapapp.boot.process_lock import AnotherProcess, SingleProcess
from mapapp.domain.caps import RoomCaps
from mapapp.limits.buckets import GuessLimiter, KeyedLimiter
from mapapp.limits.shared import SharedLimit, SharedLimits
from mapapp.limits.slots import Slots
from mapapp.live.feed import Feed
from mapapp.live.hub import Hub
from mapapp.live.ports import NoHub
from mapapp.places.places import Places
from mapapp.rooms.codes import Codes
from mapapp.rooms.directory import Directory
from mapapp.rooms.join_links import JoinLinks
from mapapp.rooms.permission import Permission
from mapapp.rooms.qr_codes import QrCodes
from mapapp.rooms.shared_results import SharedResults
from mapapp.storage.database_time import DatabaseTime
from mapapp.storage.request_work import RequestWork
from mapapp.storage.store import DatabaseStore
from mapapp.storage.turns import turns_at
from mapapp.streets.libraries import can_draw
from mapapp.streets.street_file import NoStreetFile, StreetFile, find_street_file
from mapapp.summaries.calculator import Calculator

logger = logging.getLogger(__name__)


class Runtime:
    """The parts of a process, put together from the settings.

    `single` is the claim that no other process serves the same data, once it is
    made.
    """

    def __init__(self) -> None:
        clock = time.monotonic
        # The clock for expiry and leases; the store keeps it right.
        self.time = DatabaseTime()
        self.requests = RequestWork(threads=settings.REQUEST_DATABASE_THREADS)
        self.shared_limits = SharedLimits(settings.REDIS_URL, settings.BROKER, clock=clock)
        self.directory = Directory(self.requests, clock=clock, now=self.time.now)
        guesses = GuessLimiter(clock=clock)
        self.codes = Codes(
            guesses,
            clock=clock,
            familiar=self.directory.is_familiar,
            told=self._tell_wrong_code(guesses),
        )
        self.permission = Permission(
            self.shared_limits, self.requests, self.codes, clock=clock, now=self.time.now
        )
        self.pairings = KeyedLimiter(burst=20, per_second=0.2, clock=clock)
        self.logins = KeyedLimiter(burst=10, per_second=0.1, clock=clock)
        # By room. An export of a large room costs some tenths of a second of CPU, and
        # one of the few threads that requests share.
        self.exports = KeyedLimiter(burst=10, per_second=0.2, clock=clock)
        self.export_slots = Slots(1, most_waiting=50)
        # A hall behind one address types at once; beyond that it costs the others.
        self.searches = KeyedLimiter(burst=3_000, per_second=200, clock=clock)
        # A map asks for up to 24 tiles at once, and a hall zooms in together.
        self.tile_names = KeyedLimiter(burst=6_000, per_second=400, clock=clock)
        self.places = Places(settings.PLACES_DIR)
        self.calculator = Calculator(settings.BASE_DIR, settings.PLACES_DIR, self.places)
        self.shared_results = SharedResults(
            self.requests.run, self.calculator.work_out, clock=clock
        )
        self.qr_codes = QrCodes()
        self.join_links = JoinLinks()
        self.store = DatabaseStore(
            caps=RoomCaps(
                room_markers=settings.MAX_MARKERS_PER_ROOM,
                room_people=settings.MAX_STORED_PEOPLE_PER_ROOM,
                shared_each=settings.MAX_SHARED_MARKERS_PER_PERSON,
            ),
            room_seconds=settings.ROOM_TTL_HOURS * 3600,
            time=self.time,
            turns=None if settings.ALONE else turns_at(settings.DATABASES["default"]),
        )
        # Apps beside this one subscribe when Django makes them ready.
        self.feed = Feed()
        self.hub = LazyHub(self._start_hub)
        self.single: SingleProcess | None = None

    @cached_property
    def street_file(self) -> StreetFile | None:
        """The operator's street map, if there is one that can be used. The log says so once."""
        try:
            found = find_street_file(settings.DATA_DIR)
        except NoStreetFile as problem:
            logger.warning("%s", problem)
            return None
        if found is None:
            return None
        if not can_draw(found.archive, from_cdn=bool(settings.LEAFLET_CDN)):
            logger.warning(
                "The street map %s is not used: the libraries that draw it are missing. "
                "Install npm and run `make run` again.",
                found.name,
            )
            return None
        logger.info("Streets come from %s.", found)
        return found

    @property
    def clock_agrees(self) -> bool:
        """Whether this machine's clock agrees with the database's."""
        return self.store.clock_agrees

    def _tell_wrong_code(self, guesses: GuessLimiter) -> Any:
        # Each limit is what one process allows in a minute: its burst and the refill.
        wrong = SharedLimit("wrong codes", 120, guesses.empty)
        everywhere = SharedLimit("all wrong codes", 1_800, lambda _: guesses.brake())

        def tell(address: str) -> None:
            self.shared_limits.tell(wrong, address)
            self.shared_limits.tell(everywhere, "")

        return tell

    async def _start_hub(self) -> Hub:
        if settings.ALONE and self.single is None:
            # `manage.py serve` has claimed it already; another ASGI server has not.
            self.single = SingleProcess()
            try:
                await asyncio.to_thread(self.single.claim)
            except AnotherProcess as error:
                self.single = None
                raise NoHub(str(error)) from None
        layer = get_channel_layer()
        assert layer is not None, "CHANNEL_LAYERS has a default"
        hub = Hub(
            self.store,
            layer,
            max_rooms=settings.MAX_ROOMS,
            max_rooms_each=settings.MAX_ROOMS_PER_ADDRESS,
            phone_budget=settings.PHONE_BYTES_PER_SECOND or None,
            alone=settings.ALONE,
            secrets=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
            clock=self.store.now,
            feed=self.feed,
            work_out=self.calculator.work_out if settings.RESULTS else None,
        )
        hub.start()
        return hub


def this_runtime() -> Runtime:
    """This process's runtime, for entry points: `routing`, `manage.py serve`, the middleware."""
    return cast("Runtime", cast("Any", apps.get_app_config("mapapp")).runtime)


def runtime_of(request: HttpRequest) -> Runtime:
    """The runtime that the middleware has handed to this request."""
    return cast("Runtime", cast("Any", request).runtime)
