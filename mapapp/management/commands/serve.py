"""`manage.py serve`: prepare everything, and run the server."""

from __future__ import annotations

import io
import socket
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import segno
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from mapapp.boot.demo import Demo
from mapapp.boot.preparation import prepare
from mapapp.boot.process_lock import AnotherProcess, SingleProcess
from mapapp.conf import env
from mapapp.runtime import this_runtime
from mapapp.server.addresses import CannotListen, check_can_listen, network_addresses
from mapapp.server.worker_line import WorkerLine

_EVERYWHERE = ("0.0.0.0", "::", "")


class Command(BaseCommand):
    help = "Prepare what is needed and serve on HOST and PORT (0.0.0.0 and 8000)."
    # Migrations are applied here, and the checks are for developers.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="open a room with friendly bots in it"
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        host, port = listening_place()
        runtime = this_runtime()
        with ExitStack() as stack, suppress(KeyboardInterrupt):
            try:
                single = None
                if not settings.REDIS_URL:
                    single = SingleProcess()
                    single.claim()
                    stack.callback(single.release)
                    runtime.single = single
                check_can_listen(host, port)
                prepare(self._say)
            except (AnotherProcess, CannotListen) as error:
                raise CommandError(str(error)) from None
            except DatabaseError as error:
                raise CommandError(f"The database cannot be used: {error}".strip()) from None
            local = f"http://{_reachable(host)}:{port}"
            running_demo = Demo(local) if demo else None
            if running_demo:
                stack.callback(running_demo.stop)

            def on_ready() -> None:
                self.stdout.write(self._welcome(host, port))
                if running_demo:
                    running_demo.start_bots()
                    self.stdout.write(running_demo.description())
                self.stdout.flush()

            try:
                if settings.WORKERS == 1:
                    serve_here(host, port, on_ready=on_ready)
                else:
                    self._supervise(host, port, on_ready, single)
            except (CannotListen, OSError) as error:
                raise CommandError(str(error)) from None

    def _supervise(
        self, host: str, port: int, on_ready: Callable[[], None], single: SingleProcess | None
    ) -> None:
        # Imported late, because it chooses the event loop.
        from mapapp.boot.supervisor import supervise

        lock = None if single is None else single.open_file
        if not supervise(host, port, count=settings.WORKERS, lock=lock, on_ready=on_ready):
            raise CommandError("No worker can be started; the lines above say why.")

    def _say(self, line: str) -> None:
        """Print a line at once: the output may be a pipe, which would buffer it."""
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _welcome(self, host: str, port: int) -> str:
        """The server's addresses, with a QR code for the phone if this is a terminal."""
        lines = ["", f"  On this machine:  http://{_reachable(host)}:{port}/"]
        if settings.PUBLIC_URL:
            phones = [f"{settings.PUBLIC_URL}/"]
        elif host in _EVERYWHERE:
            phones = [f"http://{address}:{port}/" for address in network_addresses()]
            if not phones:
                lines.append("  On phones:        not yet, this machine is in no network")
        else:
            phones = []
        lines += [f"  On phones:        {link}" for link in phones]
        if phones and self.stdout.isatty():
            lines += ["", _terminal_code(phones[0])]
        lines += ["", "  Stop with Ctrl+C.", ""]
        return "\n".join(lines)


def serve_here(
    host: str,
    port: int,
    *,
    on_ready: Callable[[], None],
    listener: socket.socket | None = None,
    supervisor: WorkerLine | None = None,
) -> None:
    """Serve in this process until a signal ends it; a worker has the last two.

    Raises `OSError` if it cannot listen.
    """
    # Imported late, because it loads Twisted, which a refusal does not need.
    from mapapp.server.daphne_server import serve

    runtime = this_runtime()
    runtime.join_links.listens_everywhere = host in _EVERYWHERE
    serve(
        host=host,
        port=port,
        drain=lambda: runtime.hub.drain(settings.DRAIN_SECONDS),
        calm=lambda: runtime.hub.calm,
        on_ready=on_ready,
        listener=listener,
        supervisor=supervisor,
    )


def listening_place() -> tuple[str, int]:
    """HOST and PORT. Raises `BadSetting`."""
    return env.text("HOST", "0.0.0.0"), env.whole("PORT", 8000, least=1, most=65_535)


def _reachable(host: str) -> str:
    """The host to use on this machine for a server that listens on `host`."""
    if host in _EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _terminal_code(link: str) -> str:
    code = io.StringIO()
    segno.make(link, micro=False).terminal(code, border=2, compact=True)
    return code.getvalue()
