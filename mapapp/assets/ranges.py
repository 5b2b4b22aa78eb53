"""Which part of a file a request asks for (RFC 9110, 14)."""

from __future__ import annotations

import re

# One range, with no more digits than any real file needs.
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def part_wanted(range_header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the number of bytes; None for all of the file.

    Several ranges and those of another form count as none (RFC 9110, 14.2). Raises
    `Unsatisfiable`.
    """
    found = _RANGE.fullmatch(range_header.strip())
    if found is None or found[0] == "bytes=-":
        return None
    if not found[1]:
        first, end = max(0, size - int(found[2])), size
    else:
        first, end = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size:
        raise Unsatisfiable
    return first, end - first
