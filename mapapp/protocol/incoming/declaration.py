"""The building blocks of clients' frames: bounded fields, and the base of all changes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from mapapp.domain.changes import Operation

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
# Numbers and counters stay exact in every JSON reader.
Count = Annotated[int, Meta(ge=1, le=2**53 - 1)]
# 0 where there is none.
Revision = Annotated[int, Meta(ge=0, le=2**53 - 1)]
# The number of a marker, a person or a key.
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
# A marker's number, or 0 for none.
MarkerOrNone = Annotated[int, Meta(ge=0, le=2**31 - 1)]
PaletteIndex = Annotated[int, Meta(ge=0, le=7)]
# The exact limits, in characters after cleaning, are the domain's.
Text = Annotated[str, Meta(max_length=2000)]


class ChangeMessage(Struct, tag=str.lower, tag_field="t", frozen=True, kw_only=True):
    """The fields of every change: the op, and its client (see "Changes" in the contract).

    Each subclass is a type of message; its name on the wire is the class's in lower case.
    """

    op: Count
    client: UUID | None = None

    def operation(self) -> Operation:
        """Return the domain's operation for this message."""
        raise NotImplementedError
