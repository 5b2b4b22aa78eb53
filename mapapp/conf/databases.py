"""DATABASE_URL as Django's settings: SQLite in the data folder, or PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from mapapp.conf.env import BadSetting

# WAL lets people read while a change is written. FULL makes each commit wait
# for the disk, so that acknowledged changes survive a power cut as well as
# `kill -9`; group commit shares that wait (about 0.2 ms on a laptop's SSD)
# among everything that arrived meanwhile.
SQLITE_OPTIONS = {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    # Take the write lock at BEGIN: a transaction that starts as a reader and
    # then writes would fail at once, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    # Seconds to wait for another writer.
    "timeout": 10,
}
# Seconds until a database that does not answer counts as away. Keepalive
# notices a host that vanishes while the connection is idle,
# `tcp_user_timeout` (milliseconds) one that vanishes during a statement.
POSTGRES_OPTIONS = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 4_000,
    "application_name": "livemap",
}


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's settings of the default database; an empty `url` means SQLite in `data_dir`.

    Raises `BadSetting` for anything but sqlite:// and postgres(ql)://. Its
    message does not repeat the address, which may hold a password.
    """
    url = url or f"sqlite:///{data_dir / 'livemap.sqlite3'}"
    expected = "sqlite:////path/to/file or postgresql://user:password@host/name"
    scheme = url.partition(":")[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        raise BadSetting("DATABASE_URL", f"{scheme}:…", expected)
    try:
        urlsplit(url)
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise BadSetting("DATABASE_URL", f"{scheme}:…", expected) from None
    if not found["NAME"] or found["NAME"] == ":memory:":
        # In memory, each thread would have a database of its own.
        raise BadSetting("DATABASE_URL", f"{scheme}:…", expected)

    defaults = SQLITE_OPTIONS if scheme == "sqlite" else POSTGRES_OPTIONS
    found["OPTIONS"] = {**defaults, **found.get("OPTIONS", {})}
    if scheme == "sqlite":
        # A file rather than memory, so that tests meet the same locking between
        # threads as production does; one file per test run.
        found["TEST"] = {"NAME": str(data_dir / f"test-{os.getpid()}.sqlite3")}
    return found
