"""Questions that several tests ask."""

from __future__ import annotations

from typing import Any

EUROPE: dict[str, Any] = {
    "kind": "outline",
    "view": {"lat": 50, "lng": 10, "zoom": 4},
    "names": False,
}
OSLO: dict[str, Any] = {
    "kind": "guess",
    "question": "Where is Oslo?",
    "surface": EUROPE,
    "settings": {"targets": [[59.913, 10.746, 0]], "answer": "Oslo"},
}
AGREE: dict[str, Any] = {
    "kind": "zones",
    "question": "Do you agree?",
    "surface": {
        "kind": "plane",
        "zones": [
            {"id": "no", "label": "Disagree", "box": [-1, -1, 1, 0]},
            {"id": "yes", "label": "Agree", "box": [-1, 0, 1, 1]},
        ],
    },
}
