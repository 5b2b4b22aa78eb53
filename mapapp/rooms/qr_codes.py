"""QR codes of join links, each drawn once and never in the event loop."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import segno

# The longest possible host (RFC 1035), and the rest of a link.
LINK_LIMIT = 253 + len("https://:65535/123456")


class TooManyDrawings(Exception):
    """Too many codes are waiting to be drawn: another would wait too long."""


class QrCodes:
    """Draws codes in one thread of its own and remembers the last `capacity` of them.

    A code takes milliseconds of pure Python. Simultaneous requests for the same
    one share a drawing; at most `most_waiting` different ones wait.
    """

    def __init__(self, *, capacity: int = 512, most_waiting: int = 32) -> None:
        self._capacity = capacity
        self._most_waiting = most_waiting
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._drawing: dict[str, asyncio.Task[bytes]] = {}
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="qr")

    async def svg(self, link: str) -> bytes:
        """The link as an SVG picture. Raises `TooManyDrawings`, or `ValueError` if it is too long.

        The picture has no size of its own, only proportions.
        """
        found = self._drawn.get(link)
        if found is not None:
            self._drawn.move_to_end(link)
            return found
        if len(link) > LINK_LIMIT:
            raise ValueError("a link that no browser would open")
        drawing = self._drawing.get(link)
        if drawing is None:
            if len(self._drawing) >= self._most_waiting:
                raise TooManyDrawings
            drawing = self._drawing[link] = asyncio.create_task(self._draw(link))
            drawing.add_done_callback(lambda _: self._drawing.pop(link, None))
        return await asyncio.shield(drawing)

    async def _draw(self, link: str) -> bytes:
        loop = asyncio.get_running_loop()
        svg = await loop.run_in_executor(self._executor, _draw, link)
        self._drawn[link] = svg
        if len(self._drawn) > self._capacity:
            self._drawn.popitem(last=False)
        return svg


def _draw(link: str) -> bytes:
    svg = io.BytesIO()
    # Level M survives a glare spot on the projection. Dark on white with the
    # quiet zone of four modules that the standard asks for, in dark mode too.
    segno.make(link, error="m", micro=False).save(
        svg, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return svg.getvalue()
