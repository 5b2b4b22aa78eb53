"""The window of answers that are kept for repeats (D2): its edges, to the op."""

from __future__ import annotations

import pytest

from mapapp.domain.storing import Answer
from mapapp.protocol.outgoing import UNANSWERED_LIMIT
from mapapp.storage.idempotency import ANSWERS_KEPT, KeptAnswers


def _full() -> KeptAnswers:
    """One that has answered the ops 1 to ANSWERS_KEPT + 1; an op's revision is ten times it."""
    kept = KeptAnswers()
    for op in range(1, ANSWERS_KEPT + 2):
        kept.keep(op, Answer(revision=op * 10))
    return kept


def test_the_oldest_answer_that_is_kept_is_found_and_the_one_before_is_old() -> None:
    kept = _full()
    assert kept.first(1) is None
    assert kept.is_old(1)
    assert kept.first(2) == Answer(revision=20)
    assert not kept.is_old(2)
    assert kept.first(ANSWERS_KEPT + 1) == Answer(revision=(ANSWERS_KEPT + 1) * 10)


def test_no_op_is_old_before_there_were_as_many() -> None:
    kept = KeptAnswers()
    kept.keep(ANSWERS_KEPT, Answer(revision=1))
    assert not kept.is_old(1)
    kept.keep(ANSWERS_KEPT + 1, Answer(revision=2))
    assert kept.is_old(1)
    assert not KeptAnswers().is_old(1)


def test_a_late_op_within_the_window_is_kept_and_moves_nothing() -> None:
    kept = KeptAnswers()
    kept.keep(100, Answer(revision=1))
    kept.keep(100 - ANSWERS_KEPT + 1, Answer(revision=2))
    assert kept.last_op == 100
    assert kept.first(100) == Answer(revision=1)
    assert kept.first(100 - ANSWERS_KEPT + 1) == Answer(revision=2)
    assert kept.is_old(100 - ANSWERS_KEPT)


def test_a_gap_forgets_what_is_out_of_the_window_and_nothing_else() -> None:
    kept = _full()
    kept.keep(ANSWERS_KEPT + 11, Answer(revision=7))
    assert [kept.first(op) is not None for op in (10, 11, 12, 13)] == [False, False, True, True]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(revision=5, marker=2, person=3),
        Answer(revision=5),
        Answer(code="held", message="Bob is moving it.", by=4, name="Bob"),
        Answer(code="locked", message="Locked."),
    ],
)
def test_what_stands_in_the_row_is_the_answer_that_was_given(answer: Answer) -> None:
    kept = KeptAnswers()
    kept.keep(9, answer)
    again = KeptAnswers(kept.last_op, kept.text)
    assert again.first(9) == answer
    assert again.text == kept.text


def test_the_window_is_wider_than_what_may_be_unanswered() -> None:
    assert ANSWERS_KEPT >= 2 * UNANSWERED_LIMIT
