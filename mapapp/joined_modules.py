"""The JavaScript modules of a page, joined into one file.

A page consists of some sixty modules. Asked for one by one they cost a phone
several round trips, and the server sixty requests for everybody who comes in.
They are written plainly enough to be joined without a bundler, which would need
more than Python: each imports by name, exports declarations, and imports in no
circle. Whatever else one does is an error.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

# Whole statements at the start of a line; what stands in a comment is of no interest.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)[ \t]*$", re.MULTILINE)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class NotJoined(Exception):
    """A module is not written as it would have to be."""


def join(entry: str, read: Callable[[str], str]) -> str:
    """The entry's module with all that it imports, each once; `read` returns a path's text.

    Each module but the entry becomes a function that returns what it exports.
    Comments that fill their lines are left out, a third of what a phone would
    download. Raises `NotJoined`.
    """
    parts: dict[str, str] = {}
    begun: list[str] = []

    def add(path: str) -> None:
        if path in parts:
            return
        if path in begun:
            raise NotJoined(f"{' → '.join([*begun, path])}: imports in a circle")
        begun.append(path)
        text = _COMMENT.sub("", read(path))
        for _, name in _IMPORT.findall(text):
            add(_beside(path, name))
        begun.pop()
        parts[path] = _joined(path, text, is_entry=path == entry)

    add(entry)
    return "\n".join(re.sub(r"\n\s*\n+", "\n", part) for part in parts.values())


def _joined(path: str, text: str, *, is_entry: bool) -> str:
    names = _EXPORT.findall(text)
    text = _IMPORT.sub(lambda found: _taken(found[1], _beside(path, found[2])), text)
    text = _EXPORT.sub("", text)
    if other := _OTHER.search(text):
        raise NotJoined(f"{path}: cannot be joined: {other[0]}")
    if is_entry:
        return f"// {path}\n{text}"
    return (
        f"// {path}\nconst {_variable(path)} = (() => {{\n{text}"
        f"\nreturn {{ {', '.join(names)} }};\n}})();"
    )


def _taken(names: str, path: str) -> str:
    """What an import becomes."""
    return f"const {{{names.replace(' as ', ': ')}}} = {_variable(path)};"


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _variable(path: str) -> str:
    """A name that no module uses for anything else."""
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
