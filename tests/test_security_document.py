"""docs/SECURITY.md names only tests and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "SECURITY.md").read_text()


def test_every_test_that_the_document_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text())
    }
    assert named
    assert named <= defined


def test_every_file_that_the_document_names_exists() -> None:
    named = set(re.findall(r"\b((?:tests|docs|deploy)/[\w./]+\w)", TEXT))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
