"""Results: typed rows that know their headings, as a Markdown table or as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any


def column(heading: str, form: str = "") -> Any:
    """A field of a row: its heading (with the unit) and its format specification.

    Figures stand on the right; a form that begins with "<" puts words on the left.
    """
    return dataclasses.field(metadata={"heading": heading, "form": form})


@dataclasses.dataclass(frozen=True)
class Figures:
    """One row. Subclasses are frozen dataclasses whose fields are `column`s."""

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def table(rows: Sequence[Figures]) -> str:
    """Rows of one kind as a Markdown table with even columns."""
    fields = dataclasses.fields(rows[0])
    lines = [[field.metadata["heading"] for field in fields]]
    lines += [
        [_cell(getattr(row, field.name), field.metadata["form"]) for field in fields]
        for row in rows
    ]
    widths = [max(len(line[index]) for line in lines) for index in range(len(fields))]
    sides = ["<" if field.metadata["form"].startswith("<") else ">" for field in fields]
    lines.insert(
        1,
        [
            ":" + "-" * (width - 1) if side == "<" else "-" * (width - 1) + ":"
            for side, width in zip(sides, widths, strict=True)
        ],
    )
    return "\n".join(
        "| "
        + " | ".join(
            format(cell, f"{side}{width}")
            for cell, side, width in zip(line, sides, widths, strict=True)
        )
        + " |"
        for line in lines
    )


def _cell(value: Any, form: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and math.isnan(value):
        return "–"
    return format(value, form)
