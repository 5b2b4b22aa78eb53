"""List the JavaScript modules of each page, so that its head can ask for all of them at once.

Without the list a browser finds them one layer of imports after the other, and
each layer costs a round trip on the venue's network.

    python deploy/list_modules.py

A test checks that the lists are up to date.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "static" / "mapapp" / "js"
LISTS = ROOT / "templates" / "mapapp" / "modules"
PAGES = ("home", "audience", "screen", "host", "help")

# Type-only imports stand in comments and are not at the start of a line.
_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?from "(\.[^"]+)";""", re.MULTILINE)


def modules(entry: Path) -> list[Path]:
    """Every module that the entry needs, itself first, each once."""
    found = [entry]
    for module in found:
        for name in _IMPORT.findall(module.read_text(encoding="utf-8")):
            imported = (module.parent / name).resolve()
            if imported not in found:
                found.append(imported)
    return found


def listing(page: str) -> str:
    """The lines of one page's head, in Django's template language."""
    lines = ["{% load static %}"]
    for module in modules(SCRIPTS / f"{page}.js"):
        name = module.relative_to(ROOT / "static")
        lines.append(f'<link rel="modulepreload" href="{{% static \'{name.as_posix()}\' %}}">')
    return "\n".join(lines) + "\n"


def main() -> None:
    LISTS.mkdir(exist_ok=True)
    for page in PAGES:
        (LISTS / f"{page}.html").write_text(listing(page), encoding="utf-8")


if __name__ == "__main__":
    main()
