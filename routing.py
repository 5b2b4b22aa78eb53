"""The composition root: what speaks http, what speaks websocket, and what they are built from."""

from __future__ import annotations

import asyncio

from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

# Django must be set up before anything imports a model.
django_application = get_asgi_application()

from consumers.gate import Caps, Gate  # noqa: E402
from consumers.map_consumer import MapConsumer  # noqa: E402
from consumers.nowhere import nowhere  # noqa: E402
from mapapp.apps import this_app  # noqa: E402
from mapapp.assets.static_server import with_static_files  # noqa: E402
from mapapp.boot.process_lock import AnotherProcess, SingleProcess  # noqa: E402
from mapapp.limits.shared import SharedLimit  # noqa: E402
from mapapp.live.hub import Hub  # noqa: E402
from mapapp.storage.store import DatabaseStore  # noqa: E402
from mapapp.web.gone_clients import AnsweredToTheEnd  # noqa: E402
from mapapp.web.hosts import OurHostsOnly  # noqa: E402

_starting: asyncio.Task[Hub] | None = None


async def _the_hub() -> Hub:
    """Return this process's hub, created with the first socket: it needs the running loop.

    (Daphne has no lifespan events that could do it at the start.) Raises
    `AnotherProcess` if a second server would split the rooms.
    """
    global _starting
    if _starting is None or (_starting.done() and _starting.exception()):
        _starting = asyncio.create_task(_start())
    return await asyncio.shield(_starting)


async def _end_room(code: str) -> None:
    """Close a room for good, also where this process has served no socket yet."""
    await (await _the_hub()).end_room(code)


async def _start() -> Hub:
    app = this_app()
    if not settings.REDIS_URL and app.single is None:
        # `manage.py serve` has done it; another ASGI server has not.
        app.single = SingleProcess()
        try:
            await asyncio.to_thread(app.single.claim)
        except AnotherProcess:
            app.single = None
            raise
    layer = get_channel_layer()
    assert layer is not None, "CHANNEL_LAYERS has a default"
    store = DatabaseStore(
        room_markers=settings.MAX_MARKERS_PER_ROOM,
        room_people=settings.MAX_STORED_PEOPLE_PER_ROOM,
        shared_each=settings.MAX_SHARED_MARKERS_PER_PERSON,
        room_seconds=settings.ROOM_TTL_HOURS * 3600,
        time=app.shared_time,
    )
    hub = Hub(
        store,
        layer,
        max_rooms=settings.MAX_ROOMS,
        max_rooms_each=settings.MAX_ROOMS_PER_ADDRESS,
        phone_budget=settings.PHONE_BYTES_PER_SECOND or None,
        alone=not settings.REDIS_URL,
        secrets=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        clock=store.now,
    )
    hub.start()
    app.relay_ready = hub.relay_ready
    app.stores_in_time = hub.stores_in_time
    app.drain = hub.drain
    app.calm = hub.calm
    app.clock_agrees = lambda: store.clock_agrees
    return hub


this_app().end_room = _end_room

_app = this_app()


def _came(key: str) -> None:
    _app.shared.tell(_newcomers, key)


_gate = Gate(
    _app.codes,
    origins=[settings.PUBLIC_URL] if settings.PUBLIC_URL else [],
    caps=Caps(
        people=settings.MAX_PEOPLE_PER_ROOM,
        screens=settings.MAX_SCREENS_PER_ROOM,
        screens_each_address=settings.MAX_SCREENS_PER_ADDRESS,
        sockets_each_person=settings.MAX_CONNECTIONS_PER_PERSON,
        connections_each_address=settings.MAX_CONNECTIONS_PER_ADDRESS,
        new_at_once=settings.NEW_PEOPLE_AT_ONCE,
        new_per_minute=settings.NEW_PEOPLE_PER_MINUTE,
    ),
    came=_came,
)
_newcomers: SharedLimit = SharedLimit(
    "new people",
    settings.NEW_PEOPLE_AT_ONCE + settings.NEW_PEOPLE_PER_MINUTE,
    _gate.crowded_elsewhere,
)

_sockets = [
    re_path(
        r"^ws/(?P<code>[0-9]{6})$",
        MapConsumer.as_asgi(
            hub=_the_hub,
            gate=_gate,
            hello_seconds=settings.HELLO_SECONDS,
        ),
    ),
    # Without it an unknown path is an exception and a traceback.
    re_path(r"", nowhere),  # type: ignore[arg-type]  # stubs know views only
]

application = OurHostsOnly(
    ProtocolTypeRouter(
        {
            "http": AnsweredToTheEnd(with_static_files(django_application)),
            "websocket": URLRouter(_sockets),
        }
    )
)
