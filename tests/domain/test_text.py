"""Text that people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.refusals import Refused
from mapapp.domain.text import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two \n words\t", "two words"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("\u202eevil\u202c", "evil"),
        ("bell\x07", "bell"),
        ("e\u0301", "é"),
        ("👩🏽‍🚀 🏳️‍🌈", "👩🏽‍🚀 🏳️‍🌈"),
        ("नमस्ते", "नमस्ते"),
        ("שלום", "שלום"),
        ("می‌خواهم", "می‌خواهم"),
        ("日本語", "日本語"),
    ],
)
def test_text_keeps_its_meaning_and_loses_what_harms(typed: str, kept: str) -> None:
    """A4."""
    assert clean(typed, 60) == kept


def test_marks_in_a_heap_are_thinned_out() -> None:
    assert clean("a" + "\u0336" * 50, 60) == "a" + "\u0336" * 4


def test_text_that_is_too_long_is_refused_not_cut() -> None:
    assert clean("x" * 60, 60) == "x" * 60
    with pytest.raises(Refused, match="bad_text"):
        clean("x" * 61, 60)
    with pytest.raises(Refused, match="bad_text"):
        clean("\u200b" * 10_000_000, 60)


@given(st.text(max_size=200))
def test_clean_text_stays_as_it_is(text: str) -> None:
    """Cleaning is idempotent, and its result is one line without control characters."""
    try:
        once = clean(text, 200)
    except Refused:
        return
    assert clean(once, 200) == once
    assert "\n" not in once
    assert not any(unicodedata.category(char) == "Cc" for char in once)
