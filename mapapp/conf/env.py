"""Typed readers for environment variables.

Each returns a usable value or raises `BadSetting` with one sentence that
names the variable, its value and the values allowed. A wrong value is
never replaced by a default: a server that starts with settings its operator
did not write is worse than one that does not start.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class BadSetting(ImproperlyConfigured):
    """An environment variable holds something that cannot be used."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name} is {value!r}, but {expected} is expected.")


class BadSecret(BadSetting):
    """A secret that cannot be used; the message does not show it."""

    def __init__(self, name: str, expected: str) -> None:
        ImproperlyConfigured.__init__(self, f"{name} is too easy to guess: {expected} is expected.")


def text(name: str, default: str) -> str:
    """The variable's value without surrounding white space; it may be empty."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """1, true, yes, on or 0, false, no, off, in any case; empty means the default."""
    value = text(name, "")
    if not value:
        return default
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise BadSetting(name, value, "1 or 0")


def whole(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number from `least` to `most`, both included; empty means the default."""
    value = text(name, "")
    if not value:
        return default
    expected = f"a whole number from {least} to {most}"
    # int() alone would take "1_000" and digits of other scripts.
    if not (value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 12):
        raise BadSetting(name, value, expected)
    number = int(value)
    if not least <= number <= most:
        raise BadSetting(name, value, expected)
    return number


def seconds(name: str, default: float, *, least: float = 0.0, most: float = 86_400.0) -> float:
    """A finite number of seconds from `least` to `most`; empty means the default."""
    value = text(name, "")
    if not value:
        return default
    expected = f"a number of seconds from {least:g} to {most:g}"
    try:
        number = float(value)
    except ValueError:
        raise BadSetting(name, value, expected) from None
    if not (math.isfinite(number) and least <= number <= most):
        raise BadSetting(name, value, expected)
    return number


def choice(name: str, options: Sequence[str], default: str) -> str:
    """One of `options`, in lower case; empty means the default."""
    value = text(name, "").lower() or default
    if value not in options:
        raise BadSetting(name, value, " or ".join(options))
    return value


def names(name: str, default: Sequence[str]) -> list[str]:
    """A list separated by commas; empty means the default."""
    found = [part.strip() for part in text(name, "").split(",") if part.strip()]
    return found or list(default)


def folder(name: str, default: Path) -> Path:
    """An absolute path to a folder, created (for this user alone) if it does not exist."""
    value = text(name, "")
    path = Path(value).expanduser().resolve() if value else default
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        expected = f"a folder that can be used ({error.strerror})"
        raise BadSetting(name, str(path), expected) from None
    return path


def web_address(name: str, default: str = "") -> str:
    """Empty, or an http(s) address like https://map.example.org, without a trailing slash."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    expected = "an address like https://map.example.org, without path or password,"
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in ("http", "https")
            and parts.hostname is not None
            and parts.netloc == value.removeprefix(f"{parts.scheme}://")
            and "@" not in parts.netloc
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(name, value, expected)
    return value
