"""Sends parts of the street map to pages, before Django sees the request.

A page fetches the header, a directory and then tile by tile, by HTTP ranges. Each
answer is one bounded read in a thread, because the disk may be slow; what many ask for
is kept in memory.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from urllib.parse import parse_qs

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

from mapapp.assets.ranges import Unsatisfiable, part_wanted
from mapapp.streets.street_file import StreetFile

STREETS_PATH = "/streets.pmtiles"
# The most bytes of one answer: the largest tiles have a few hundred kB. Who asks for more
# gets the beginning, as a partial answer may.
MOST_BYTES = 2 * 1024 * 1024
# Parts that are kept in memory, each of at most so many bytes, and all together: a room
# looks at one place, so everybody asks for the same.
_KEPT_BYTES, _KEPT_TOTAL = 256 * 1024, 16 * 1024 * 1024
# Threads that read at the same time.
_READERS = 4
# For addresses that name the version of the file, and for those that do not.
_KEPT, _ASKED_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"
_TOO_MUCH = f"Ask for a part of this file: a Range of at most {MOST_BYTES:,} bytes.\n"


def with_streets(application: ASGI3Application, street_file: StreetFile | None) -> ASGI3Application:
    """The same application, with the street map in front of it if there is one."""
    if street_file is None:
        return application
    return cast("ASGI3Application", StreetsServed(application, street_file))


class StreetsServed:
    """Wraps the application: one path is the street map's, all others are the application's."""

    def __init__(self, application: ASGI3Application, street_file: StreetFile) -> None:
        self._application = application
        self._street_file = street_file
        # By version, first byte and length; the one asked for last at the end.
        self._parts: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._kept = 0
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="streets")

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http" or scope["path"] != STREETS_PATH:
            await self._application(scope, receive, send)
            return
        asked = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"range", b"if-range", b"if-none-match")
        }
        status, headers, body = await self._answer(
            scope["method"], asked, scope.get("query_string", b"")
        )
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        start = {"type": "http.response.start", "status": status, "headers": encoded}
        await send(cast("Any", start))
        sent = b"" if scope["method"] == "HEAD" else body
        await send(cast("Any", {"type": "http.response.body", "body": sent}))

    async def _answer(
        self, method: str, asked: dict[str, str], query: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if method not in ("GET", "HEAD"):
            return _refusal(405, "Only GET and HEAD.\n", allow="GET, HEAD")
        size, tag = self._street_file.size_and_tag()
        etag = f'"{tag}"'
        headers = {
            "content-type": "application/vnd.pmtiles",
            "accept-ranges": "bytes",
            "etag": etag,
            "cache-control": _KEPT if parse_qs(query).get(b"v") == [tag.encode()] else _ASKED_AGAIN,
            "x-content-type-options": "nosniff",
        }
        if etag in asked.get("if-none-match", ""):
            return 304, headers, b""
        if method == "HEAD":
            return 200, headers | {"content-length": str(size)}, b""
        same = asked.get("if-range", etag) == etag
        try:
            part = part_wanted(asked.get("range", "") if same else "", size)
        except Unsatisfiable:
            return _refusal(416, "", **{"content-range": f"bytes */{size}"})
        if part is None and size > MOST_BYTES:
            return _refusal(400, _TOO_MUCH)
        first, length = part or (0, size)
        length = min(length, MOST_BYTES)
        try:
            body = await self._read(tag, first, length)
        except OSError:
            return _refusal(503, "The street map cannot be read just now.\n")
        headers["content-length"] = str(len(body))
        if part is None:
            return 200, headers, body
        headers["content-range"] = f"bytes {first}-{first + len(body) - 1}/{size}"
        return 206, headers, body

    async def _read(self, tag: str, first: int, length: int) -> bytes:
        """A part of this version of the file. Raises `OSError`."""
        key = (tag, first, length)
        found = self._parts.get(key)
        if found is not None:
            self._parts.move_to_end(key)
            return found
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(self._threads, self._street_file.read, first, length)
        if len(body) <= _KEPT_BYTES and key not in self._parts:
            self._parts[key] = body
            self._kept += len(body)
            while self._kept > _KEPT_TOTAL:
                _, oldest = self._parts.popitem(last=False)
                self._kept -= len(oldest)
        return body


def _refusal(status: int, sentence: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = sentence.encode()
    return (
        status,
        {
            "content-type": "text/plain; charset=utf-8",
            "content-length": str(len(body)),
            "cache-control": "no-store",
            **headers,
        },
        body,
    )
