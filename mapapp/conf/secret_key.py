"""The secrets that sign tokens and sessions: the present one, and earlier ones while they last."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from mapapp.conf.env import BadSecret

# Whoever guesses the secret is anybody in any room. 32 characters of a random
# text are more than anybody can try; fewer kinds of them are no random text.
LEAST_CHARACTERS = 32
_LEAST_KINDS = 8


def checked(name: str, secret: str) -> str:
    """The secret, if it is long and varied enough; raises `BadSecret`, which does not show it."""
    if len(secret) < LEAST_CHARACTERS or len(set(secret)) < _LEAST_KINDS:
        raise BadSecret(name, f"a random text of at least {LEAST_CHARACTERS} characters")
    return secret


def kept_secret_key(path: Path) -> str:
    """The key in the file at `path`, which is made (mode 0600) if it does not exist.

    Several processes may start at once: each writes a candidate of its own,
    and linking one to the final name succeeds for the first of them only. So
    nobody ever reads a file that is half written, and all use the same key.
    Raises OSError when the folder cannot be written or the file not be read.
    """
    if not path.exists():
        candidate = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(candidate, path)
        finally:
            candidate.unlink()
    return path.read_text(encoding="ascii").strip()
