"""What makes one place a better answer than another. Building and searching go by the same."""

from __future__ import annotations

import math

# An entry is one word of one name of one place, with all that follows in the
# name. Its owner is the place's number, shifted, and these:
OWN_NAME = 1  # the name by which the place is shown, and no alternative one
WHOLE_NAME = 2  # the entry begins where the name begins
SHIFT = 2

# In powers of ten of population: ten times the people outweigh 1.0.
_BONUS = (0.0, 0.8, 1.5, 2.3)
EXACT = 2.0  # the name ends where the query ends

# Of a query that more entries begin with, the best are known beforehand.
MOST_SCANNED = 256
# So many places of them, which leaves enough when some of them were found already.
BEST_KEPT = 16


def weight(population: int) -> float:
    """What a place counts, whatever it is called."""
    return math.log10(population + 10)


def bonus(owner: int) -> float:
    """What the kind of an entry adds."""
    return _BONUS[owner & 3]
