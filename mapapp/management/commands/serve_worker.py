"""`manage.py serve_worker`: one of the workers that `serve` starts (WORKERS)."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mapapp.management.commands.serve import listening_place, serve_here
from mapapp.server.addresses import CannotListen
from mapapp.server.shared_port import listen_on
from mapapp.server.worker_line import WorkerLine


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
        supervisor = WorkerLine.of_this_worker()
        try:
            serve_here(
                host,
                port,
                on_ready=supervisor.live,
                listener=(
                    listen_on(host, port, beside_others=True)
                    if listener is None
                    else socket.socket(fileno=listener)
                ),
                supervisor=supervisor,
            )
        except (CannotListen, OSError) as error:
            raise CommandError(str(error)) from None
