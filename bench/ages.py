"""How old positions are: the sending time travels inside them.

A move's longitude says when it was sent: it turns one degree a second, with
the microseconds in its six decimals, and wraps after 360 s. So the age of a
position on somebody's map is measured exactly, whatever the server does to frames
on the way, as long as sender and reader share a clock (they are one process).
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

WRAP_SECONDS = 360.0


def now() -> float:
    """Seconds on the clock that measures all ages."""
    return time.monotonic()


def longitude(sent: float) -> float:
    """The longitude, in degrees, that encodes `sent` (seconds of `now`)."""
    return sent % WRAP_SECONDS - 180.0


def age(lng: float, seen: float) -> float:
    """Seconds from the sending time in a longitude to `seen`; below `WRAP_SECONDS`."""
    return (seen - (lng + 180.0)) % WRAP_SECONDS


class Ages:
    """A distribution of ages, in bins of a millisecond.

    It stores the steps of the count from bin to bin, so that a span of any length
    costs two additions.
    """

    BIN = 0.001
    _BINS = round(WRAP_SECONDS / BIN) + 2

    def __init__(self) -> None:
        self._steps = [0] * self._BINS

    def add(self, seconds: float) -> None:
        """Count one age."""
        self.add_span(seconds, seconds)

    def add_span(self, youngest: float, oldest: float) -> None:
        """Count each moment of a period in which something aged from `youngest` to `oldest`."""
        first = min(round(youngest / self.BIN), self._BINS - 2)
        after = min(round(oldest / self.BIN), self._BINS - 1)
        self._steps[first] += 1
        self._steps[max(first + 1, after)] -= 1

    def percentiles(self, *shares: float) -> list[float]:
        """The ages in seconds at these percentiles (0 to 1); NaN if none was counted."""
        sums = list(accumulate(accumulate(self._steps)))
        if not sums[-1]:
            return [float("nan")] * len(shares)
        return [bisect_left(sums, share * sums[-1]) * self.BIN for share in shares]


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is at least as large as this share (0 to 1) of them; NaN if none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
