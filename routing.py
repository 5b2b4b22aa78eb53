"""The composition root: the HTTP and WebSocket applications, and the parts they are built from."""

from __future__ import annotations

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

# Django must be set up before anything imports a model.
django_application = get_asgi_application()

from consumers.gate import Caps, Gate  # noqa: E402
from consumers.map_consumer import MapConsumer  # noqa: E402
from consumers.nowhere import nowhere  # noqa: E402
from mapapp.assets.static_server import with_static_files  # noqa: E402
from mapapp.limits.shared import SharedLimit  # noqa: E402
from mapapp.runtime import Runtime, this_runtime  # noqa: E402
from mapapp.streets.served import with_streets  # noqa: E402
from mapapp.web.allowed_hosts import OurHostsOnly  # noqa: E402
from mapapp.web.gone_clients import AnsweredToTheEnd  # noqa: E402


def _gate(runtime: Runtime) -> Gate:
    """The gate for sockets; processes that share a Redis count newcomers together."""
    gate = Gate(
        runtime.codes,
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
        came=lambda key: runtime.shared_limits.tell(newcomers, key),
    )
    newcomers = SharedLimit(
        "new people",
        settings.NEW_PEOPLE_AT_ONCE + settings.NEW_PEOPLE_PER_MINUTE,
        gate.crowded_elsewhere,
    )
    return gate


def _sockets(runtime: Runtime) -> URLRouter:
    consumer = MapConsumer.as_asgi(
        hub=runtime.hub.get, gate=_gate(runtime), hello_seconds=settings.HELLO_SECONDS
    )
    return URLRouter(
        [
            re_path(r"^ws/(?P<code>[0-9]{6})$", consumer),
            # Without this, an unknown path would be an exception and a traceback.
            re_path(r"", nowhere),  # type: ignore[arg-type]  # stubs know views only
        ]
    )


application = OurHostsOnly(
    ProtocolTypeRouter(
        {
            "http": AnsweredToTheEnd(
                with_streets(with_static_files(django_application), this_runtime().street_file)
            ),
            "websocket": _sockets(this_runtime()),
        }
    )
)
