from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps
from django.conf import settings

from mapapp.limits.buckets import GuessLimiter, KeyedLimiter
from mapapp.rooms.codes import Codes
from mapapp.storage.database_time import DatabaseTime

if TYPE_CHECKING:
    from mapapp.boot.process_lock import SingleProcess
    from mapapp.limits.shared import SharedLimit, SharedLimits
    from mapapp.limits.slots import Slots
    from mapapp.rooms.directory import Directory
    from mapapp.storage.request_work import RequestWork
    from mapapp.web.qr_codes import QrCodes


class MapAppConfig(AppConfig):
    """Also holds what this process shares between its requests and its sockets."""

    name = "mapapp"
    verbose_name = "Live map"
    default_auto_field = "django.db.models.BigAutoField"

    directory: Directory
    codes: Codes
    qr_codes: QrCodes
    shared_time: DatabaseTime
    openings: KeyedLimiter
    opening_slots: Slots
    shared: SharedLimits
    shared_openings: SharedLimit
    requests: RequestWork
    logins: KeyedLimiter
    pairings: KeyedLimiter

    # Set by routing.py once the hub exists, and asked by /readyz. None means
    # that nobody has opened a socket in this process yet, which is fine.
    relay_ready: Callable[[], Awaitable[bool]] | None = None
    # Set by routing.py too, and asked by /readyz: whether what waits to be stored is young.
    stores_in_time: Callable[[], Awaitable[bool]] | None = None
    # Set by routing.py too, and awaited by the server before it ends: commits
    # what is held and says goodbye, within so many seconds.
    drain: Callable[[float], Awaitable[None]] | None = None
    # Set by routing.py too: whether nobody here holds a marker at this moment.
    calm: Callable[[], bool] = staticmethod(lambda: True)
    # Set by routing.py too: whether this machine's clock agrees with the database's.
    clock_agrees: Callable[[], bool] = staticmethod(lambda: True)
    # Set by `manage.py serve`: whether this machine's other addresses lead here, too.
    listens_everywhere = False
    # Set by routing.py too: closes the room with this code and tells everybody.
    end_room: Callable[[str], Awaitable[None]] | None = None
    # The claim that no other process serves the same data, once it is made.
    single: SingleProcess | None = None

    def ready(self) -> None:
        # Models can be imported only now.
        from mapapp.limits.shared import SharedLimit, SharedLimits
        from mapapp.limits.slots import Slots
        from mapapp.rooms.directory import Directory
        from mapapp.storage.request_work import RequestWork
        from mapapp.web.qr_codes import QrCodes

        # What expiry and leases are reckoned by; the store keeps it right.
        self.shared_time = DatabaseTime()
        clock = time.monotonic
        per_minute = settings.ROOM_CREATION_PER_MINUTE
        self.requests = RequestWork(threads=settings.REQUEST_DATABASE_THREADS)
        self.directory = Directory(self.requests, clock=clock, now=self.shared_time.now)
        self.qr_codes = QrCodes()
        self.opening_slots = Slots(2, most_waiting=500)
        guesses = GuessLimiter(clock=clock)
        self.shared = SharedLimits(settings.REDIS_URL, clock=clock)
        # What each process lets through in a minute: its burst, and what comes after.
        wrong = SharedLimit("wrong codes", 120, guesses.empty)
        everywhere = SharedLimit("all wrong codes", 1_800, lambda _: guesses.brake())

        def was_wrong(address: str) -> None:
            self.shared.tell(wrong, address)
            self.shared.tell(everywhere, "")

        self.codes = Codes(
            guesses, clock=clock, familiar=self.directory.is_familiar, told=was_wrong
        )
        self.openings = KeyedLimiter(burst=per_minute, per_second=per_minute / 60, clock=clock)
        self.pairings = KeyedLimiter(burst=20, per_second=0.2, clock=clock)
        self.shared_openings = SharedLimit("openings", per_minute, self.openings.empty)
        self.logins = KeyedLimiter(burst=10, per_second=0.1, clock=clock)


def this_app() -> MapAppConfig:
    """The one instance of this process."""
    config = apps.get_app_config("mapapp")
    assert isinstance(config, MapAppConfig)
    return config
