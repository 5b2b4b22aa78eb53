"""The street map in the data folder, opened once for as long as the process lives."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from mapapp.streets.archive import Archive, BadArchive, read_archive

_ENDING = ".pmtiles"
_MEGABYTE = 1_000_000
# The header and the root directory, and as a rule the metadata.
_BEGINNING = 64 * 1024


class NoStreetFile(Exception):
    """There is a file, or there are several, and none can be used; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class StreetFile:
    """An open file that pages can draw; `descriptor` is the operating system's."""

    name: str
    archive: Archive
    descriptor: int
    # Of its beginning, which names the lengths of all that follows: copies on several
    # machines have the same.
    digest: str
    opened: os.stat_result

    def size_and_tag(self) -> tuple[int, str]:
        """The size in bytes, and what is different after each change of the file."""
        status = os.fstat(self.descriptor)
        is_same = (status.st_size, status.st_mtime_ns) == (
            self.opened.st_size,
            self.opened.st_mtime_ns,
        )
        return status.st_size, self.digest if is_same else f"{self.digest}-{status.st_mtime_ns:x}"

    def read(self, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset`; fewer at the end. Raises `OSError`."""
        return os.pread(self.descriptor, length, offset)

    def close(self) -> None:
        """Close it, where it does not stay open until the process ends."""
        os.close(self.descriptor)

    def __str__(self) -> str:
        archive, (size, _) = self.archive, self.size_and_tag()
        kind = "vector" if archive.kind == "vector" else archive.kind.upper()
        zooms = f"zoom {archive.min_zoom} to {archive.max_zoom}"
        return f"{self.name} ({kind} tiles, {zooms}, {size / _MEGABYTE:,.1f} MB)"


def has_candidates(folder: Path) -> bool:
    """Whether there is anything that may be a street map."""
    try:
        return bool(_candidates(folder))
    except OSError:
        return False


def find_street_file(folder: Path) -> StreetFile | None:
    """Open the folder's one `*.pmtiles`; None without one. Raises `NoStreetFile`."""
    try:
        found = _candidates(folder)
    except OSError as error:
        sentence = f"{folder} cannot be searched for street maps: {error.strerror}."
        raise NoStreetFile(sentence) from None
    if not found:
        return None
    if len(found) > 1:
        names = ", ".join(found[:-1]) + f" and {found[-1]}"
        raise NoStreetFile(f"There are several street maps in {folder}: {names:.300}. Keep one.")
    return _opened(folder / found[0])


def _candidates(folder: Path) -> list[str]:
    # A name with a dot before it is a file manager's own.
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.name.lower().endswith(_ENDING) and not entry.name.startswith(".")
    )


def _opened(path: Path) -> StreetFile:
    try:
        # To open a pipe would wait for somebody to write into it.
        if not path.is_file():
            raise BadArchive("is no file that can be read")
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            archive = read_archive(file, status.st_size)
            digest = hashlib.sha256(b"%d " % status.st_size)
            digest.update(os.pread(file.fileno(), _BEGINNING, 0))
            descriptor = os.dup(file.fileno())
            return StreetFile(path.name, archive, descriptor, digest.hexdigest()[:16], status)
    except (OSError, BadArchive) as error:
        problem = f"cannot be read ({error.strerror})" if isinstance(error, OSError) else error
        raise NoStreetFile(f"The street map {path} is not used: it {problem}.") from None
