"""Names and what people type meet in one spelling."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.places.folding import fold, spellings


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Köln", "koln"),
        ("KÖLN ", "koln"),
        (unicodedata.normalize("NFD", "Köln"), "koln"),
        ("'s-Hertogenbosch", "s hertogenbosch"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("Weißenburg", "weissenburg"),
        ("İzmir", "izmir"),
        ("São  Paulo", "sao paulo"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("St. John’s", "st john s"),
        ("Москва", "москва"),
        ("दिल्ली", "दिलली"),
        ("\u200fالقاهرة", "القاهرة"),
        ("...", ""),
        ("🗼\x00\ud800", ""),
    ],
)
def test_accents_case_and_punctuation_make_no_difference(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("Köln", "koeln"),
        (unicodedata.normalize("NFD", "Köln"), "koeln"),
        ("Århus", "aarhus"),
        ("Malmö", "malmoe"),
        ("O'Fallon", "ofallon"),
        ("O’Fallon", "ofallon"),
        ("Nukuʻalofa", "nukualofa"),
    ],
)
def test_a_name_has_the_spelling_of_a_keyboard_without_the_letter(name: str, also: str) -> None:
    assert spellings([name]) == {fold(name), also}


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text()))
def test_every_name_is_found_under_its_folded_form(names: list[str]) -> None:
    found = spellings(names)
    assert {fold(name) for name in names} - {""} <= found
    assert "" not in found
