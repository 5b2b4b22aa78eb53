"""The observers' view, evaluated after the measurement."""

from __future__ import annotations

from collections.abc import Iterable

from bench.ages import Ages, age
from bench.wire import Decoder, longitudes, wire_bytes


class Observation:
    """Ages of the positions that some people saw, between two moments (`bench.ages.now`).

    `arriving` counts each position once, when it arrives. `on_screen` counts
    every moment that a position is the newest there: it grows older until the
    next one replaces it, so this is what a person looks at. A person's own
    marker does not count. `decode` finds the positions in a frame: by default in
    those of docs/PROTOCOL.md.
    """

    def __init__(self, begin: float, end: float, decode: Decoder = longitudes) -> None:
        self.arriving = Ages()
        self.on_screen = Ages()
        self.positions = 0
        self.bytes = 0
        self._begin = begin
        self._end = end
        self._decode = decode

    def add(self, own: int, kept: Iterable[tuple[float, bytes]]) -> None:
        """Add what one person got: their marker's number, and (when, payload) in order."""
        shown: dict[int, tuple[float, float]] = {}
        for seen, payload in kept:
            if seen > self._end:
                break
            if seen >= self._begin:
                self.bytes += wire_bytes(len(payload))
            for number, lng in self._decode(payload):
                if seen >= self._begin:
                    self.positions += 1
                if number == own:
                    continue
                old = age(lng, seen)
                if seen >= self._begin:
                    self.arriving.add(old)
                    if number in shown:
                        self._show(*shown[number], seen)
                shown[number] = old, seen
        for old, since in shown.values():
            self._show(old, since, self._end)

    def _show(self, old: float, since: float, until: float) -> None:
        """Count a position that was `old` seconds old when it came and stayed until `until`."""
        begin = max(since, self._begin)
        self.on_screen.add_span(old + begin - since, old + until - since)
