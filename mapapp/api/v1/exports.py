"""`/api/rooms/<code>/results.geojson`, `.csv`, `.json`: the host takes the results home.

The whole export is written to a temporary file first, within a fraction of a second
and at one revision of the room, and then sent as fast as the client takes it. So a
slow client keeps no transaction open, an error comes before the answer begins, and
the length is known: a file that was cut off is noticed. The file is on the disk once
it is larger than `_IN_MEMORY`, so memory does not grow with the room.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapapp.api.errors import ApiError
from mapapp.api.v1.asking import find_card, find_host, no_room, unavailable
from mapapp.api.v1.result_formats import RESULT_FORMATS, ResultFormat
from mapapp.limits.slots import NoSlot
from mapapp.rooms.results import results_of
from mapapp.runtime import runtime_of
from mapapp.storage.sql.values import datetime_of

_IN_MEMORY = 64 * 1024  # bytes
_PIECE = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Export:
    """A written export, at this revision of the room; `length` is in bytes.

    A response iterates over it, once, and closes it.
    """

    file: SpooledTemporaryFile[bytes]
    length: int
    revision: int

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(self.file.read, _PIECE):
            yield piece

    def close(self) -> None:
        """Delete the file."""
        self.file.close()


@require_safe
async def results(request: HttpRequest, code: str, ending: str) -> HttpResponseBase:
    """What is on the room's map now, for its host; also after the room was closed."""
    written = RESULT_FORMATS[ending]
    try:
        await find_card(request, code)
        host = await find_host(request, code, even_closed=True)
        export = await _export(request, host.room, written)
    except ApiError as error:
        return error.response()
    response: HttpResponseBase
    if request.method == "HEAD":
        export.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(export)
    response.headers["Content-Type"] = written.content_type
    response.headers["Content-Length"] = str(export.length)
    # The code is six digits: safe in every file system.
    response.headers["Content-Disposition"] = f'attachment; filename="map-{code}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Revision"] = str(export.revision)
    return response


async def _export(request: HttpRequest, room: UUID, written: ResultFormat) -> Export:
    """Write the export. Raises `ApiError`."""
    runtime = runtime_of(request)
    # By room, not by address: a participant cannot use up what is the host's.
    if not runtime.exports.take(str(room)):
        message = _("Too many downloads. Please try again in a moment.")
        wait = runtime.exports.retry_seconds(str(room))
        raise ApiError(429, "too_many_exports", message, retry_seconds=wait)
    now = datetime_of(runtime.time.now())
    try:
        async with runtime.export_slots.one():
            export = await runtime.requests.run(_write, room, written, now)
    except (DatabaseError, OSError, NoSlot):  # OSError: no room for the file
        raise unavailable() from None
    if export is None:
        raise no_room()
    return export


def _write(room: UUID, written: ResultFormat, now: datetime) -> Export | None:
    """The export in a file that nobody else sees and that goes when it is closed."""
    with results_of(room, now) as found:
        if found is None:
            return None
        file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        try:
            for piece in written.write(found):
                file.write(piece)
            length = file.tell()
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return Export(file, length, found.revision)
