"""Folding of names, so that different ways of typing one lead to the same text.

"Köln", "KÖLN" and "Koln" fold to one text, "'s-Hertogenbosch" and
"s hertogenbosch" to another. Names and queries go through the same `fold`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Letters that Unicode does not decompose, as typed by people without them on the keyboard.
_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e",
}  # fmt: skip
_APOSTROPHES = "'’‘`´ʻʼʹʾʿ"
_WITHOUT_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
# The other way to write these: Koeln, Malmoe, Aarhus.
_DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
     "Å": "Aa", "Ø": "Oe"}
)  # fmt: skip
# Names that have one spelling only, so that a million of them take less time.
_PLAIN = re.compile(r"[A-Za-z0-9 .()/-]*|[\u0400-\u1dff\u3000-\ud7ff ]*")
# More than the characters of all scripts that places have names in; beyond it strange
# queries cannot make the table grow.
_MOST_REMEMBERED = 20_000


class _Folded(dict[int, str]):
    """A table of folded characters for `str.translate`, filled when a character first occurs."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _MOST_REMEMBERED:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return " "
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", parts)))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category in ("Mn", "Me", "Cf"):  # accents; joiners and marks of direction
        return ""
    # Mc: vowels of Indian scripts, which are not accents.
    return _LETTERS.get(part, part) if category[0] in "LN" or category == "Mc" else " "


_folded = _Folded()
# Separates joined names; line ends inside a name become spaces.
_SEPARATOR = "\n"
_folded_names = _Folded({ord(_SEPARATOR): _SEPARATOR})


def fold(text: str) -> str:
    """Lower case without accents; words of letters and digits with one space between them."""
    return " ".join(text.translate(_folded).split())


def spellings(names: Sequence[str]) -> set[str]:
    """All folded forms by which something with these names can be found; none is empty.

    >>> sorted(spellings(["Köln"]))
    ['koeln', 'koln']
    """
    ways = [name.replace(_SEPARATOR, " ") for name in names]
    for name in tuple(ways):
        if not _PLAIN.fullmatch(name):
            # Composed, or the digraphs would not be found.
            composed = unicodedata.normalize("NFC", name)
            ways.append(composed.translate(_DIGRAPHS))
            ways.append(composed.translate(_WITHOUT_APOSTROPHES))
    # All at once, which takes a third of the time.
    folded = _SEPARATOR.join(ways).translate(_folded_names).split(_SEPARATOR)
    return {" ".join(name.split()) for name in folded} - {""}
