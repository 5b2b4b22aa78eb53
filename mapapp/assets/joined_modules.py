"""The JavaScript modules of a page, joined into one file.

A page consists of some sixty modules. Fetched one by one they cost a phone
several round trips, and the server sixty requests for everybody who comes in.
They are written plainly enough to be joined without a bundler, which would need
more than Python: each imports by name, exports declarations, and takes part in no
import cycle. Anything else is an error.

A module that a page imports later, by `import("./x.js")`, becomes a file of its
own, with all its imports that the page does not have. It gets the others from
the page, so that no module exists twice. It may ask for another part in the same way.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Whole statements at the start of a line; comments are left out first.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)[ \t]*$", re.MULTILINE)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";', re.MULTILINE)
# Type annotations in the middle of a line.
_TYPE = re.compile(r"/\*\* @type\b(?:(?!\*/).)*\*/ ?")
# Comments are matched, too, so that an import() in one is passed over.
_LATER = re.compile(r'/\*(?:(?!\*/)[\s\S])*\*/|(?<!:)//.*|\bimport\("(\.[^"]*)"\)')
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) ([\w$]+))", re.MULTILINE)

# Comments behind code (`://` is none), left out before the rest is checked.
_REMARK = re.compile(r"/\*.*?\*/|(?<!:)//.*")
# The rest must not contain these: an import or export of another form, ...
_OTHER = re.compile(r"^[ \t]*(?:import|export)\b(?!\s*[(.:=,;]).*", re.MULTILINE)
# ... an address relative to the module, because the joined file lies elsewhere, ...
_PLACE = re.compile(r".*\bimport\s*(?:\.\s*meta\b|\(\s*[\"'`]\.).*")
# ... and an await in a statement that begins at the margin, without `async` before it.
_AWAIT = re.compile(r"^(?=[^\s)}\]])(?:(?!\basync\b|\n[^\s)}\]])[\s\S])*?\bawait\b.*", re.MULTILINE)


class NotJoined(Exception):
    """A module is not written in the form that can be joined."""


@dataclass(slots=True, frozen=True)
class _Module:
    """A joined module: the variable with its exports, their names, its part of the file."""

    variable: str
    exports: list[str]
    part: str


@dataclass(slots=True, frozen=True)
class Joined:
    """A page's module with all its imports, and the parts that it imports later.

    `later` has the text of each such part by its path within the page's folder,
    which lies beside the page's file and has its name.
    """

    text: str
    later: dict[str, str]


def join(entry: str, read: Callable[[str], str]) -> Joined:
    """The entry's module with all its imports, each once; `read` returns a path's text.

    Each module but the entry becomes a function that returns its exports. Comments
    on lines of their own (a third of the download) and indentation are left out.
    Raises `NotJoined`.
    """
    page = _Joining(entry, read)
    page.add(entry)
    parts = _Parts(entry, read)
    text = parts.with_later(page, f"./{posixpath.basename(entry).removesuffix('.js')}/")
    return Joined(text, parts.texts)


class _Parts:
    """The parts that a page, or one of its parts, asks for later."""

    def __init__(self, entry: str, read: Callable[[str], str]) -> None:
        # By path within the page's folder.
        self.texts: dict[str, str] = {}
        self._entry = entry
        self._read = read
        self._owners: dict[str, str] = {}

    def with_later(self, asking: _Joining, folder: str) -> str:
        """The text of the page or part, with a function for each `import()` in it.

        `folder` leads from its file to the page's folder.
        """
        text = asking.text()
        for number, path in enumerate(asking.asked_later, 1):
            if path in asking.modules:
                asking.take(path)
                answer = f"Promise.resolve({asking.modules[path].variable})"
            else:
                name, shared = self._add(path, asking)
                answer = f'import("{folder}{name}").then(({{ $make }}) => $make({shared}))'
            text += f"\nfunction $later{number}() {{ return {answer}; }}"
        return text

    def _add(self, path: str, asking: _Joining) -> tuple[str, str]:
        """Join a part; return its path within the page's folder, and what it gets handed."""
        part = _Joining(self._entry, self._read, dict(asking.modules))
        part.add(path)
        for module in part.modules.keys() - asking.modules.keys():
            if (owner := self._owners.setdefault(module, path)) != path:
                raise NotJoined(f"{module}: in {owner} and {path}, so the page must have it")
        name = re.sub(r"^(\.\./)+", "", posixpath.relpath(path, posixpath.dirname(self._entry)))
        text = self.with_later(part, "../" * name.count("/") or "./")
        for module in part.taken:
            asking.take(module)
        shared = ", ".join(sorted(part.modules[module].variable for module in part.taken))
        self.texts[name] = (
            f"let $made;\nexport const $make = ({shared}) => ($made ??= (() => {{\n"
            f"{text}\nreturn {part.modules[path].variable};\n}})());\n"
        )
        return name, shared


class _Joining:
    """Gathers modules for one file. Those that were `given` are in another file."""

    def __init__(
        self, entry: str, read: Callable[[str], str], given: dict[str, _Module] | None = None
    ) -> None:
        self.modules = given or {}
        # The given modules that are used.
        self.taken: set[str] = set()
        # Paths of the modules imported later, each once and in order.
        self.asked_later: list[str] = []
        self._given = set(self.modules)
        self._entry = entry
        self._read = read
        self._begun: list[str] = []

    def add(self, path: str) -> None:
        if path in self._begun or (path == self._entry and path in self.modules):
            raise NotJoined(f"{' → '.join([*self._begun, path])}: imports in a circle")
        if path in self.modules:
            self.take(path)
            return
        self._begun.append(path)
        text = _TYPE.sub("", _COMMENT.sub("", self._read(path)))
        for _, name in _IMPORT.findall(text):
            self.add(_beside(path, name))
        self._begun.pop()
        exports = _EXPORT.findall(text)
        text = _IMPORT.sub(lambda found: _taken(found, path, self.modules), text)
        text = _LATER.sub(lambda found: self._later(found, path), _EXPORT.sub("", text))
        for line in _unfit(text, is_entry=path == self._entry):
            raise NotJoined(f"{path}: cannot be joined: {line.strip()}")
        # Numbered, because two paths could give one name (`a-b.js`, `a_b.js`).
        variable = f"${len(self.modules) + 1}"
        if path != self._entry:
            returned = f"return {{ {', '.join(exports)} }};"
            text = f"const {variable} = (() => {{\n{text}\n{returned}\n}})();"
        self.modules[path] = _Module(variable, exports, f"// {path}\n{text}")

    def take(self, path: str) -> None:
        """Note that this module is used, if it is in the file that asks for this one."""
        if path in self._given:
            self.taken.add(path)

    def text(self) -> str:
        parts = [module.part for path, module in self.modules.items() if path not in self._given]
        return "\n".join(re.sub(r"\n\s+", "\n", part) for part in parts)

    def _later(self, found: re.Match[str], path: str) -> str:
        """Replace an `import()` by a call of a function at the end of the page's file."""
        if found[1] is None:
            return found[0]
        later = _beside(path, found[1])
        if later == self._entry:
            raise NotJoined(f"{path}: asks for its own page")
        if later not in self.asked_later:
            self.asked_later.append(later)
        return f"$later{self.asked_later.index(later) + 1}()"


def _taken(found: re.Match[str], path: str, modules: dict[str, _Module]) -> str:
    """Replace an import by a constant. Raises for a missing name, which would be undefined."""
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
    # A template literal over several lines would lose its blank lines, and those
    # that look like comments.
    yield from (line for line in text.splitlines() if line.replace("\\`", "").count("`") % 2)


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
