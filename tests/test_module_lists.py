"""The heads of the pages ask for exactly the modules that the pages import."""

from __future__ import annotations

import pytest

from deploy.list_modules import LISTS, PAGES, listing


@pytest.mark.parametrize("page", PAGES)
def test_the_list_of_modules_is_up_to_date(page: str) -> None:
    written = (LISTS / f"{page}.html").read_text(encoding="utf-8")
    assert written == listing(page), "run: python deploy/list_modules.py"
