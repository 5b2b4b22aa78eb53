"""The chat of the Channels tutorial (part 3), with positions for messages.

    daphne bench.peers.tutorial:application

Everything else is as a new project has it: a group that each message goes to,
the in-memory channel layer, and Daphne with its defaults.
"""

# What extends Channels by inheritance calls its untyped methods as its own.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
from typing import Any

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

settings.configure(
    SECRET_KEY="for a comparison on loopback only",
    ALLOWED_HOSTS=["*"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()


class MoveConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.group = f"map_{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
        move = json.loads(text_data)
        await self.channel_layer.group_send(self.group, {"type": "marker.move", "move": move})

    async def marker_move(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(event["move"]))


application = ProtocolTypeRouter(
    {"websocket": URLRouter([path("map/<slug:room>", MoveConsumer.as_asgi())])}
)
