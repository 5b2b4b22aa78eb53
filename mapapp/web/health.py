"""Health checks for load balancers: is this process alive, and can it serve?"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mapapp.runtime import runtime_of
from mapapp.storage.sql.connecting import connect_with_patience

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 3.0
# With less than this left on the disk a commit may fail at any moment.
_FREE_BYTES = 4 * 1024 * 1024


class _Unfit(Exception):
    """The database answers, but nothing can be stored in it; says why."""


@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all."""
    response = HttpResponse("ok", content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """200 if this process can serve and store, 503 otherwise; answers within about 3 s.

    The answer says of each part whether it is well: `database` (answers, takes
    writes, and has all tables), `changes` (none has waited long to be stored),
    `files` (the disk has space, and the static files exist), and `relay` (news
    reaches other processes). `clock` is false if this machine's clock and the
    database's differ: the operator should correct that, but the process serves
    all the same.
    """
    runtime = runtime_of(request)
    database, changes, relay = await asyncio.gather(
        _database_ready(), _yes(runtime.hub.stores_in_time), _yes(runtime.hub.relay_ready)
    )
    parts = {"database": database, "changes": changes, "files": _files_ready(), "relay": relay}
    status = 200 if all(parts.values()) else 503
    response = JsonResponse(parts | {"clock": runtime.clock_agrees}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _yes(ask: Callable[[], Awaitable[bool]]) -> bool:
    """The hub's answer; False if it does not come in time."""
    try:
        return await asyncio.wait_for(ask(), _PATIENCE_SECONDS)
    except TimeoutError:
        return False


# The question under way, shared by all requests: a database that hangs blocks only
# one thread.
_asking: asyncio.Future[bool] | None = None


async def _database_ready() -> bool:
    global _asking
    loop = asyncio.get_running_loop()
    if _asking is None or _asking.done() or _asking.get_loop() is not loop:
        # Not sync_to_async, which would wait for a thread that hangs.
        _asking = loop.run_in_executor(None, _ask_database)
    asked = _asking
    await asyncio.wait((asked,), timeout=_PATIENCE_SECONDS)
    return asked.done() and asked.result()


def _ask_database() -> bool:
    try:
        connect_with_patience()
        _must_take_writes()
        _must_have_all_tables()
    except (Error, _Unfit) as error:
        logger.warning("The database is not ready: %s", str(error).strip())
        return False
    finally:
        # In a thread of the pool, where nobody else would close the connection.
        connection.close()
    return True


def _must_take_writes() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")  # on for a standby, too
            if cursor.fetchone() != ("off",):
                raise _Unfit("it is read only")
        else:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")


def _must_have_all_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        missing = _migrations() - {(app, name) for app, name in cursor.fetchall()}
    if missing:
        raise _Unfit(f"{len(missing)} migrations are missing: run `manage.py migrate`")


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """All migrations of this version of the program."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _files_ready() -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not settings.DEBUG and not manifest.exists():
        logger.warning("The static files are not there: run `manage.py collectstatic`")
        return False
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < _FREE_BYTES:
        logger.warning("The disk is full: %d bytes are left in %s", free, settings.DATA_DIR)
        return False
    return True
