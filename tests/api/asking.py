"""Asking the API for a room, and reading what it complains about."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpResponse
from django.test import AsyncClient

Ask = Callable[..., Awaitable[Any]]
"""The fixture `ask`: asks for a room's results in a format."""


async def post(client: AsyncClient, body: object, **options: Any) -> HttpResponse:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    options.setdefault("content_type", "application/json")
    response = await client.post("/api/rooms", data, **options)
    assert isinstance(response, HttpResponse)
    return response


def error(response: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(response.content)["error"]
    assert found["message"]
    assert response["Cache-Control"] == "no-store"
    return found
