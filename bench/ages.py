"""How old positions are: the sending time travels inside them.

A move's longitude says when it was sent: it turns one degree a second, with
the microseconds in its six decimals, and wraps after 360 s. So the age of what
somebody sees is measured exactly, whatever the server does to frames on the
way, as long as sender and reader share a clock (they are one process).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import accumulate

WRAP_SECONDS = 360.0


def now() -> float:
    """Seconds on the clock that all ages are measured with."""
    return time.monotonic()


def longitude(sent: float) -> float:
    """The longitude, in degrees, that says `sent` (seconds of `now`)."""
    return sent % WRAP_SECONDS - 180.0


def age(lng: float, seen: float) -> float:
    """Seconds between the sending that a longitude tells and `seen`; below `WRAP_SECONDS`."""
    return (seen - (lng + 180.0)) % WRAP_SECONDS


class Ages:
    """A distribution of ages, in bins of a millisecond."""

    BIN = 0.001
    _TOP = round(WRAP_SECONDS / BIN)

    def __init__(self) -> None:
        self._steps = [0] * (self._TOP + 2)

    def add(self, seconds: float) -> None:
        """Count one age."""
        self._between(seconds, seconds + self.BIN)

    def add_span(self, youngest: float, oldest: float) -> None:
        """Count each moment of a time in which something grew from one age to the other."""
        self._between(youngest, oldest)

    def _between(self, low: float, high: float) -> None:
        first = min(int(low / self.BIN), self._TOP)
        self._steps[first] += 1
        self._steps[max(first + 1, min(int(high / self.BIN), self._TOP + 1))] -= 1

    def percentiles(self, *shares: float) -> list[float]:
        """The ages in seconds below which these shares (0 to 1) lie; NaN if nothing was counted."""
        sums = list(accumulate(accumulate(self._steps)))
        if not sums[-1]:
            return [float("nan")] * len(shares)
        return [self._percentile(sums, share) for share in shares]

    def _percentile(self, sums: list[int], share: float) -> float:
        wanted = share * sums[-1]
        place = next(index for index, total in enumerate(sums) if total >= wanted)
        return (place + 1) * self.BIN


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is at least as large as this share (0 to 1) of them; NaN if none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
