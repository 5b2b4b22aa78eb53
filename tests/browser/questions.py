"""Questions that several tests ask."""

from __future__ import annotations

from typing import Any

from testkit.server import ServerProcess
from tests.browser.venue import Room, create_room

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
HIDDEN: dict[str, Any] = {
    "kind": "own",
    "question": "Where were you born?",
    "settings": {"hidden": True},
}
OPEN: dict[str, Any] = {"kind": "own", "question": "Where do you live?", "settings": {}}
SHARED: dict[str, Any] = {
    "kind": "shared",
    "question": "Where do we meet?",
    "settings": {"anyone_adds": True},
}


def timed(seconds: int) -> dict[str, Any]:
    return {**HIDDEN, "settings": {"hidden": True, "seconds": seconds}}


def stage(server: ServerProcess, *activities: dict[str, Any]) -> Room:
    """A room that is going to be asked all this."""
    return create_room(server, activities=list(activities))
