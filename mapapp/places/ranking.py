"""The ranking of places as answers, shared by building and searching."""

from __future__ import annotations

import math

# An entry is one word of one name of one place, with the rest of the name. Its owner
# is the place's number, shifted, with these flags:
OWN_NAME = 1  # the name that the place is shown by, not an alternative one
WHOLE_NAME = 2  # the entry begins where the name begins
SHIFT = 2

# In powers of ten of population: ten times the people outweigh 1.0.
_BONUS = (0.0, 0.8, 1.5, 2.3)
EXACT = 2.0  # the name ends where the query ends

# If more entries than this begin with a query, the best are computed beforehand.
MOST_SCANNED = 256
# The number of best places kept: enough even if some of them were found already.
BEST_KEPT = 16


def weight(population: int) -> float:
    """A place's score, whatever name it is found by."""
    return math.log10(population + 10)


def bonus(owner: int) -> float:
    """The score that an entry's flags add."""
    return _BONUS[owner & 3]
