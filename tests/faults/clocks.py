"""A clock of its own for a server process, that a test sets while it runs (libfaketime)."""

from __future__ import annotations

from pathlib import Path

_LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


def _library() -> Path | None:
    return next((path for pattern in _LIBRARIES for path in Path("/").glob(pattern[1:])), None)


class SetClock:
    """The clock of the processes that are started with `env`; it begins `seconds` off.

    Only the time of day is changed. The clocks that nobody can set, and all
    that waits by them, go on as they are.
    """

    def __init__(self, folder: Path, seconds: float = 0.0) -> None:
        self._file = folder / "clock"
        self.set(seconds)

    def set(self, seconds: float) -> None:
        """From now on be so far ahead of the true time; behind, below 0."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+.0f}\n")
        new.replace(self._file)

    @property
    def env(self) -> dict[str, str]:
        library = _library()
        assert library is not None, "ask `clocks_can_be_set` first"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def clocks_can_be_set() -> bool:
    """Whether this machine has the library."""
    return _library() is not None
