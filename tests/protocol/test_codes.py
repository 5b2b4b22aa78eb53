"""Codes and their sentences have one source: pages, bots and documents follow it."""

from __future__ import annotations

import pytest

from bench import bot, independent
from mapapp.domain.refusals import REFUSALS
from mapapp.protocol.codes import ERRORS, STOP, Close
from mapapp.protocol.page_words import ON_PAGES, page_sentences
from tools import page_codes


def test_the_pages_have_the_codes_as_they_are() -> None:
    assert page_codes.FILE.read_text(encoding="utf-8") == page_codes.text(), (
        "out of date: python -m tools.page_codes"
    )


def test_pages_say_something_else_only_of_codes_that_there_are() -> None:
    closes = {close.name.lower(): close.sentence for close in Close}
    said = closes | ERRORS | REFUSALS
    assert set(ON_PAGES) <= set(said)
    assert not [code for code, sentence in ON_PAGES.items() if sentence == said[code]]
    assert set(page_sentences()) == set(said)


def test_a_code_that_is_a_refusal_and_a_close_has_one_sentence() -> None:
    both = {close.name.lower(): close.sentence for close in Close}.keys() & REFUSALS.keys()
    assert both == {"closed", "key_revoked", "bad_pairing"}
    for code in both:
        assert Close[code.upper()].sentence == REFUSALS[code]


@pytest.mark.parametrize("stop", [bot.STOP, independent.STOP], ids=["bot", "independent"])
def test_bots_that_stand_on_the_document_alone_stop_at_the_same_codes(stop: set[int]) -> None:
    assert stop == STOP
