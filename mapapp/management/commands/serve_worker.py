"""`manage.py serve_worker`: one of the workers that `serve` starts (WORKERS)."""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mapapp.management.commands.serve import listening_place, serve_here
from mapapp.server.addresses import CannotListen
from mapapp.server.shared_port import listen_on


class Command(BaseCommand):
    help = "Serve as one of several workers. Not for people: `serve` starts it."
    # The supervisor has prepared everything.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--listener", type=int, help="the open file of a socket that all workers listen on"
        )

    def handle(self, *args: Any, listener: int | None, **options: Any) -> None:
        host, port = listening_place()
        # Standard input is the line to the supervisor, at both of whose ends is a socket.
        supervisor = socket.socket(fileno=sys.stdin.fileno())
        try:
            serve_here(
                host,
                port,
                on_ready=lambda: supervisor.sendall(b"serving"),
                listener=(
                    listen_on(host, port, beside_others=True)
                    if listener is None
                    else socket.socket(fileno=listener)
                ),
                supervisor=supervisor,
            )
        except (CannotListen, OSError) as error:
            raise CommandError(str(error)) from None
