"""The secrets that sign tokens and sessions: the current one, and older ones still accepted."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from mapapp.conf.env import BadSecret

# Somebody who guesses the secret can pose as anybody in any room. Nobody can try
# all random texts of 32 characters; a text of few different ones is not random.
LEAST_CHARACTERS = 32
_LEAST_KINDS = 8


def checked(name: str, secret: str) -> str:
    """The secret, if it is long and varied enough; raises `BadSecret`, which does not show it."""
    if len(secret) < LEAST_CHARACTERS or len(set(secret)) < _LEAST_KINDS:
        raise BadSecret(name, f"a random text of at least {LEAST_CHARACTERS} characters")
    return secret


def kept_secret_key(path: Path) -> str:
    """The key in the file at `path`, which is created (mode 0600) if it does not exist.

    Several processes may start at once: each writes a candidate of its own, and
    only the first can link it to the final name. So nobody ever reads a
    half-written file, and all use the same key. Raises OSError if the folder
    cannot be written or the file cannot be read.
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
