from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps
from django.conf import settings

from mapapp.database_time import DatabaseTime
from mapapp.domain.limits import GuessLimiter, KeyedLimiter

if TYPE_CHECKING:
    from mapapp.directory import Directory
    from mapapp.single_process import SingleProcess


class MapAppConfig(AppConfig):
    """Also holds what this process shares between its requests and its sockets."""

    name = "mapapp"
    verbose_name = "Live map"
    default_auto_field = "django.db.models.BigAutoField"

    directory: Directory
    guesses: GuessLimiter
    shared_time: DatabaseTime
    openings: KeyedLimiter
    logins: KeyedLimiter
    pairings: KeyedLimiter

    # Set by routing.py once the hub exists, and asked by /readyz. None means
    # that nobody has opened a socket in this process yet, which is fine.
    relay_ready: Callable[[], Awaitable[bool]] | None = None
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
        from mapapp.directory import Directory

        # What expiry and leases are reckoned by; the store keeps it right.
        self.shared_time = DatabaseTime()
        clock = time.monotonic
        per_minute = settings.ROOM_CREATION_PER_MINUTE
        self.directory = Directory(clock=clock, now=self.shared_time.now)
        self.guesses = GuessLimiter(clock=clock)
        self.openings = KeyedLimiter(burst=per_minute, per_second=per_minute / 60, clock=clock)
        self.pairings = KeyedLimiter(burst=20, per_second=0.2, clock=clock)
        self.logins = KeyedLimiter(burst=10, per_second=0.1, clock=clock)


def this_app() -> MapAppConfig:
    """The one instance of this process."""
    config = apps.get_app_config("mapapp")
    assert isinstance(config, MapAppConfig)
    return config
