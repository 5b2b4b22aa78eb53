"""A browser's first visit: the page, and the files listed in its head."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

from bench.crowd import BadRun

_FILE = re.compile(rb'(?:src|href)="(/static/[^"]+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def page_of(websocket_url: str) -> str:
    """The address of the audience page of the room behind this socket."""
    parts = urlsplit(websocket_url)
    return f"http://{parts.netloc}/{parts.path.rpartition('/')[2]}"


async def visit(page: str) -> int:
    """Load the page and its files, one after another; return how many requests that took.

    A browser asks for some at the same time. Raises `BadRun` for any answer but 200.
    """
    parts = urlsplit(page)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)

    async def get(path: bytes) -> bytes:
        writer.write(b"GET %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (path, parts.netloc.encode()))
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise BadRun(f"{path.decode()} was not answered: {head[:40]!r}")
        return await reader.readexactly(int(length[1]))

    try:
        files = sorted(set(_FILE.findall(await get(parts.path.encode()))))
        for path in files:
            await get(path)
    except (OSError, asyncio.IncompleteReadError) as error:
        raise BadRun(f"a visit was cut off: {error}") from error
    finally:
        writer.close()
    return 1 + len(files)
