"""The answers kept for a client, in case it repeats an op (D2)."""

from __future__ import annotations

from typing import Any

import msgspec

from mapapp.domain.storing import Answer

# How far back they reach: twice as many ops as a client may have unanswered, so
# that an op without an answer here was never processed.
ANSWERS_KEPT = 64

_decode = msgspec.json.Decoder(list[list[Any]]).decode


class KeptAnswers:
    """One client's latest answers, as they stand in its row.

    The text is a list of `[op, …]`: each op with the fields of its `Answer` up
    to the last that is not empty, which takes a few bytes if it was accepted.
    """

    def __init__(self, last_op: int = 0, text: str = "[]") -> None:
        self.last_op = last_op
        self._rows = _decode(text)

    def first(self, op: int) -> Answer | None:
        """The answer to this op, if it has been processed."""
        for row in self._rows:
            if row[0] == op:
                return Answer(*row[1:])
        return None

    def is_old(self, op: int) -> bool:
        """Whether the op is older than the answers that are kept."""
        return op <= self.last_op - ANSWERS_KEPT

    def keep(self, op: int, answer: Answer) -> None:
        """Keep the answer to an op, and forget those that are now too old."""
        row: list[Any] = [
            *(op, answer.revision, answer.marker, answer.person),
            *(answer.code, answer.message, answer.by, answer.name, answer.activity),
        ]
        while not row[-1]:
            row.pop()
        self._rows.append(row)
        if op > self.last_op:
            self.last_op = op
            oldest = op - ANSWERS_KEPT
            self._rows = [row for row in self._rows if row[0] > oldest]

    @property
    def text(self) -> str:
        """The text for the row."""
        return msgspec.json.encode(self._rows).decode()
