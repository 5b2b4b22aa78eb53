"""The answers that are kept for a client, in case it asks again (D2)."""

from __future__ import annotations

from typing import Any

import msgspec

from mapapp.domain.storing import Answer

# How far back they reach. Twice what a client may have unanswered, so that an
# op that is not among them was never processed.
ANSWERS_KEPT = 64

_decode = msgspec.json.Decoder(list[list[Any]]).decode


class KeptAnswers:
    """One client's last answers, as they stand in its row.

    The text is a list of `[op, …]`, each followed by the fields of `Answer`
    up to the last one that is not empty: a few bytes for those accepted.
    """

    def __init__(self, last_op: int = 0, text: str = "[]") -> None:
        self.last_op = last_op
        self._rows = _decode(text)

    def first(self, op: int) -> Answer | None:
        """The answer that this op got, if it has been processed."""
        for row in self._rows:
            if row[0] == op:
                return Answer(*row[1:])
        return None

    def is_old(self, op: int) -> bool:
        """Whether the op is from before the answers that are kept."""
        return op <= self.last_op - ANSWERS_KEPT

    def keep(self, op: int, answer: Answer) -> None:
        """Keep the answer to an op, and forget those that are too old by now."""
        row: list[Any] = [
            *(op, answer.revision, answer.marker, answer.person),
            *(answer.code, answer.message, answer.by, answer.name),
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
        """For the row."""
        return msgspec.json.encode(self._rows).decode()
