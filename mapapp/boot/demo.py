"""A room with bots in it, for `make demo`: a newcomer sees at once what this is."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings
from django.db import connections

from mapapp.rooms.creation import create_room

BOTS = 30


class Demo:
    """One open room, and a child process with bots that drag their markers about in it."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._opened = create_room(title="Demo")
        connections.close_all()
        self._bots: subprocess.Popen[bytes] | None = None

    @property
    def code(self) -> str:
        return self._opened.room.code

    def start_bots(self) -> None:
        """Start the bots; call it when the server listens."""
        self._bots = subprocess.Popen(  # noqa: S603  our own command
            [
                sys.executable,
                str(settings.BASE_DIR / "manage.py"),
                "demo_bots",
                self.code,
                f"--count={BOTS}",
                f"--server={self._server_url}",
            ],
            # The bots end when this pipe closes, which it does even after `kill -9`.
            stdin=subprocess.PIPE,
            # Ctrl+C is for the server, which then stops the bots.
            start_new_session=True,
        )

    def stop(self) -> None:
        """End the bots; wait until they have ended."""
        if self._bots is not None and self._bots.stdin is not None:
            self._bots.stdin.close()
            self._bots.wait()

    def description(self) -> str:
        site = settings.PUBLIC_URL or self._server_url
        return (
            f"  A demo room with {BOTS} bots:\n"
            f"  Its screen:       {site}/{self.code}/screen\n"
            f"  Join it:          {site}/{self.code}\n"
            f"  Steer it:         {site}/{self.code}/host#key={self._opened.host_key}\n"
        )
