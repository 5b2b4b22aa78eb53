"""docs/PROTOCOL.md as data: its tables, its examples, its headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from testkit.services import ROOT

Frame = dict[str, Any]
Row = dict[str, str]


@dataclass(frozen=True)
class Example:
    """One line of an example: who sends it, and the frame."""

    sender: str  # C: the client; S: the server
    frame: Frame
    text: str


class Document:
    """Sections are found by their headings, tables by the heading of their first column."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    @classmethod
    def read(cls) -> Document:
        return cls((ROOT / "docs" / "PROTOCOL.md").read_text(encoding="utf-8"))

    def section(self, heading: str) -> Document:
        """What stands under the heading that begins with this text, subsections included."""
        start = next(
            index
            for index, line in enumerate(self._lines)
            if line.startswith("#") and line.lstrip("# ").startswith(heading)
        )
        level = len(self._lines[start]) - len(self._lines[start].lstrip("#"))
        end = next(
            (
                index
                for index in range(start + 1, len(self._lines))
                if re.match(rf"#{{1,{level}}} ", self._lines[index])
            ),
            len(self._lines),
        )
        return Document("\n".join(self._lines[start:end]))

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    @property
    def headings(self) -> list[str]:
        return [line.lstrip("# ") for line in self._lines if line.startswith("#")]

    def examples(self) -> list[Example]:
        """All lines `C {...}` and `S {...}` in code blocks, in order."""
        return [
            Example(line[0], json.loads(line[2:]), line[2:])
            for line in self._lines
            if re.match(r"[CS] \{", line)
        ]

    def table(self, first_column: str) -> list[Row]:
        """The rows of the first table whose first column has this heading."""
        return next(rows for heading, rows in self._tables() if heading == first_column)

    def _tables(self) -> Iterator[tuple[str, list[Row]]]:
        headings: list[str] = []
        rows: list[Row] = []
        for line in [*self._lines, ""]:
            if not line.startswith("|"):
                if headings:
                    yield headings[0], rows
                headings, rows = [], []
                continue
            cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
            if not headings:
                headings = cells
            elif set(cells[0]) != {"-"}:
                rows.append(dict(zip(headings, cells, strict=True)))


def words(cell: str) -> list[str]:
    """The names in a table's cell that are set in code: `lock`, `unlock`."""
    return [name.strip() for name in cell.split(",") if name.strip()]
