"""Columns of numbers and texts in one file, which the operating system maps into memory.

No column is read when a file is opened; later the pages in use are shared by all
processes of the machine, and dropped when it needs the memory.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sys
import tempfile
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

MAGIC = b"LMPLACES"
_ALIGN = 8


class BadFile(Exception):
    """The file is not one of ours, or not complete."""


class Tables:
    """The columns of one file by name, and its `meta`, which is small and JSON."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError` if there is no such file, `BadFile` if it cannot be used."""
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                data = memoryview(self._map)
                if data[:8] != MAGIC:
                    raise ValueError("another kind of file")
                length = int.from_bytes(data[8:16], "little")
                header = json.loads(bytes(data[16 : 16 + length]))
                self.meta: dict[str, Any] = header["meta"]
                self._columns = {
                    name: _column(data, *where) for name, where in header["columns"].items()
                }
            except (ValueError, KeyError, TypeError) as error:
                raise BadFile(f"{path}: {error}") from error

    def __getitem__(self, name: str) -> memoryview[Any]:
        return self._columns[name]


def _column(data: memoryview, kind: str, start: int, length: int) -> memoryview[Any]:
    if start + length > len(data):
        raise ValueError("cut short")
    return data[start : start + length].cast(cast("Any", kind))


def write(
    path: Path, columns: Mapping[str, array[Any] | bytes | bytearray], meta: Mapping[str, object]
) -> None:
    """Write a file that `Tables` reads, whole or not at all, on machines like this one."""
    places: dict[str, tuple[str, int, int]] = {}
    # The header contains the columns' positions, which depend on its length; so room is
    # reserved for it.
    room = 4096 + len(json.dumps(dict(meta)))
    start = room = -(-room // _ALIGN) * _ALIGN
    for name, column in columns.items():
        kind = column.typecode if isinstance(column, array) else "B"
        length = len(column) * (column.itemsize if isinstance(column, array) else 1)
        places[name] = (kind, start, length)
        start = -(-(start + length) // _ALIGN) * _ALIGN
    header = json.dumps({"meta": dict(meta), "columns": places}).encode()
    assert len(header) + 16 <= room, "so much is kept free for it"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + len(header).to_bytes(8, "little") + header)
            for column_name, column in columns.items():
                file.seek(places[column_name][1])
                file.write(column)
            file.truncate(start)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


# Part of a file's version, because its numbers have the form of this machine's memory.
LAYOUT = f"{sys.byteorder} {array('I').itemsize} {array('Q').itemsize}"
