"""`manage.py demo_bots CODE`: simulated people, for a room that should look alive."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mapapp.boot.demo_bots import run_bots


class Command(BaseCommand):
    help = "Join a room with bots that drag their markers about, until standard input closes."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the room's six digits")
        parser.add_argument("--count", type=int, default=30, help="how many bots")
        parser.add_argument("--server", default="http://127.0.0.1:8000", help="where it is")

    def handle(self, *args: Any, code: str, count: int, server: str, **options: Any) -> None:
        address = f"{server.replace('http', 'ws', 1)}/ws/{code}"
        asyncio.run(run_bots(address, count))
