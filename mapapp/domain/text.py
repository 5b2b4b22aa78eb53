"""Text that people type: made harmless and comparable, never interpreted."""

from __future__ import annotations

import unicodedata

from mapapp.domain.refusals import Refused

LABEL_LIMIT = 60
NAME_LIMIT = 40
QUESTION_LIMIT = 200
TITLE_LIMIT = 200

# Formatting characters that change the direction of text, or hide in it.
# The zero-width joiner and non-joiner stay: emoji and many scripts need them.
_INVISIBLE = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u2060\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# No language puts more marks than this on one letter; more only cover the lines
# above and below ("Zalgo").
_MARKS_IN_A_ROW = 4


def clean(text: str, limit: int, *, required: bool = False) -> str:
    """Return `text` in NFC, on one line, without control and direction characters.

    `limit` is in code points, after cleaning. Raises `Refused("bad_text")` if
    the result is longer, or empty although `required`.
    """
    if len(text) > limit * 20:  # before any work is spent on it
        raise Refused("bad_text", f"This text is too long: at most {limit} characters.")
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char in _INVISIBLE or category in ("Cs", "Co") or _is_noncharacter(char):
            continue
        if category == "Cc":
            char = " "
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    cleaned = " ".join("".join(kept).split())
    if len(cleaned) > limit:
        raise Refused("bad_text", f"This text is too long: at most {limit} characters.")
    if required and not cleaned:
        raise Refused("bad_text", "This text is empty.")
    return cleaned


def _is_noncharacter(char: str) -> bool:
    """Whether Unicode will never assign it. A character that is not assigned yet may
    be an emoji that phones have and this Python's tables lack.
    """
    code = ord(char)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
