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
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Whole statements at the start of a line; what stands in a comment is of no interest.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)[ \t]*$", re.MULTILINE)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) ([\w$]+))", re.MULTILINE)

# What is left must not hold these. A comment behind code; `://` is no comment.
_REMARK = re.compile(r"/\*.*?\*/|(?<!:)//.*")
_OTHER = re.compile(r"^[ \t]*(?:import|export)\b(?!\s*[(.:=,;]).*", re.MULTILINE)
# Where the joined file is, nothing is beside it.
_PLACE = re.compile(r".*\bimport\s*(?:\.\s*meta\b|\(\s*[\"'`]\.).*")
# In a statement that begins at the margin and has no `async` before it.
_AWAIT = re.compile(r"^(?=[^\s)}\]])(?:(?!\basync\b|\n[^\s)}\]])[\s\S])*?\bawait\b.*", re.MULTILINE)


class NotJoined(Exception):
    """A module is not written as it would have to be."""


@dataclass(slots=True, frozen=True)
class _Module:
    """One that has been joined: the variable with what it exports, the names, its part."""

    variable: str
    exports: list[str]
    part: str


def join(entry: str, read: Callable[[str], str]) -> str:
    """The entry's module with all that it imports, each once; `read` returns a path's text.

    Each module but the entry becomes a function that returns what it exports.
    Comments that fill their lines are left out, a third of what a phone would
    download. Raises `NotJoined`.
    """
    modules: dict[str, _Module] = {}
    begun: list[str] = []

    def add(path: str) -> None:
        if path in modules:
            return
        if path in begun:
            raise NotJoined(f"{' → '.join([*begun, path])}: imports in a circle")
        begun.append(path)
        text = _COMMENT.sub("", read(path))
        for _, name in _IMPORT.findall(text):
            add(_beside(path, name))
        begun.pop()
        exports = _EXPORT.findall(text)
        text = _EXPORT.sub("", _IMPORT.sub(lambda found: _taken(found, path, modules), text))
        for line in _unfit(text, is_entry=path == entry):
            raise NotJoined(f"{path}: cannot be joined: {line.strip()}")
        # Numbers, because two paths can be one name (`a-b.js`, `a_b.js`).
        variable = f"${len(modules) + 1}"
        if path != entry:
            returned = f"return {{ {', '.join(exports)} }};"
            text = f"const {variable} = (() => {{\n{text}\n{returned}\n}})();"
        modules[path] = _Module(variable, exports, f"// {path}\n{text}")

    add(entry)
    return "\n".join(re.sub(r"\n\s*\n+", "\n", module.part) for module in modules.values())


def _taken(found: re.Match[str], path: str, modules: dict[str, _Module]) -> str:
    """What an import becomes. A name that is not there would just be undefined."""
    names, module = found[1], modules[_beside(path, found[2])]
    for name in names.split(","):
        if name.strip() and name.split()[0] not in module.exports:
            raise NotJoined(
                f"{path}: {found[2]} has no declaration of its own that exports {name.strip()}"
            )
    return f"const {{{names.replace(' as ', ': ')}}} = {module.variable};"


def _unfit(text: str, *, is_entry: bool) -> Iterator[str]:
    """Lines that would break the page, or change what it does."""
    code = _REMARK.sub("", text)
    for pattern in (_OTHER, _PLACE) if is_entry else (_OTHER, _PLACE, _AWAIT):
        if found := pattern.search(code):
            yield found[0].splitlines()[-1]
    # A template over several lines, in which blank lines and such that look like
    # comments would be left out.
    yield from (line for line in text.splitlines() if line.replace("\\`", "").count("`") % 2)


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
