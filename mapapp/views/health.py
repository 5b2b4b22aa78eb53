"""For load balancers: does this process live, and can it serve?"""

from __future__ import annotations

import asyncio
import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mapapp.apps import this_app

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 3.0


@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all."""
    response = HttpResponse("ok", content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """200 if the database and the relay answer within 3 s, 503 otherwise; says which.

    `clock` is false where this machine's clock and the database's differ. That
    is for the operator to mend; the process serves all the same.
    """
    database, relay = await asyncio.gather(_database_ready(), _relay_ready())
    response = JsonResponse(
        {"database": database, "relay": relay, "clock": this_app().clock_agrees()},
        status=200 if database and relay else 503,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def _database_ready() -> bool:
    # Not sync_to_async: that would wait for a thread that hangs.
    asking = asyncio.get_running_loop().run_in_executor(None, _ask_database)
    try:
        return await asyncio.wait_for(asking, _PATIENCE_SECONDS)
    except TimeoutError:
        return False


def _ask_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("The database does not answer: %s", error)
        return False
    finally:
        # A thread of the pool: nobody else would close its connection.
        connection.close()
    return True


async def _relay_ready() -> bool:
    ask = this_app().relay_ready
    if ask is None:
        return True
    try:
        return await asyncio.wait_for(ask(), _PATIENCE_SECONDS)
    except TimeoutError:
        return False
