"""The style sheets of a page, joined into one file, as its modules are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

_IMPORT = re.compile(r'^@import url\("([^":]+)"\);$', re.MULTILINE)
_COMMENT = re.compile(r"/\*(?:(?!\*/)[\s\S])*\*/\s*")


class StylesNotJoined(Exception):
    """A style sheet is not written in the form that can be joined."""


def join_styles(path: str, read: Callable[[str], str]) -> str:
    """A style sheet with its imports replaced by their text; `read` returns a path's text.

    Comments are left out. Raises `StylesNotJoined` for an import that browsers would
    not follow, or that is more than a name, and for an address in an imported sheet,
    because its new place would change its meaning.
    """

    def imported(found: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1]))
        text = join_styles(part, read)
        if "url(" in text:
            raise StylesNotJoined(f"{part}: an address in a part of {path}")
        return text.strip()

    text = _COMMENT.sub("", read(path))
    # Browsers ignore an import below a rule; joined, it would take effect.
    below = text[text.find("{") :] if "{" in text else ""
    if _IMPORT.search(below):
        raise StylesNotJoined(f"{path}: an import below a rule")
    text = _IMPORT.sub(imported, text)
    if "@import" in text:
        raise StylesNotJoined(f'{path}: an import that is not just @import url("…");')
    return text
