"""The style sheets of a page, joined into one file."""

from __future__ import annotations

import re

import pytest

from mapapp.assets.joined_styles import StylesNotJoined, join_styles

PAGE = """\
/* What it is for. */

@import url("parts/list.css");
@import url("parts/rows.css");

.page { color: red; } /* why */
"""
FILES = {
    "css/page.css": PAGE,
    "css/parts/list.css": "/* Lists. */\n.list {\n  margin: 0;\n}\n",
    "css/parts/rows.css": ".row { margin: 1px; }\n",
}


def joined(**others: str) -> str:
    files = FILES | {f"css/{name}.css": text for name, text in others.items()}
    return join_styles("css/page.css", files.__getitem__)


def test_imported_sheets_come_in_their_order_and_before_the_rest() -> None:
    parts = [".list {\n  margin: 0;\n}", ".row { margin: 1px; }", "", ".page { color: red; }"]
    assert joined().strip() == "\n".join(parts)


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ('.a { color: red; }\n@import url("parts/rows.css");', "an import below a rule"),
        ('@import url("parts/rows.css") print;', "not just"),
        ('@import "parts/rows.css";', "not just"),
        ('@import url("https://example.org/a.css");', "not just"),
        ('@import url("pictures.css");', "css/pictures.css: an address"),
    ],
)
def test_what_would_be_another_page_is_an_error(page: str, complaint: str) -> None:
    with pytest.raises(StylesNotJoined, match=re.escape(complaint)):
        joined(page=page, pictures='.a { background: url("a.png"); }')
