"""What the tests ask of any browser, whatever protocol it is driven by."""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from typing import Any

from tests.browser.eyes import SCRIPT as EYES
from tests.browser.eyes import Point
from tests.engines.line import BrowserError

# How long a state is waited for, in seconds.
PATIENCE = 60.0
LOOK_EVERY = 0.05

# A finger's way is made of so many small steps.
STEPS = 8


class Engine(ABC):
    """One browser with one page, the size of a phone's."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.at = Point(0, 0)

    # What each engine does in its own way -------------------------------------------------

    @abstractmethod
    def go(self, url: str) -> None:
        """Open an address, and return when its document is there."""

    @abstractmethod
    def call(self, function: str, arguments: str) -> str | None:
        """Call an async JavaScript function with one string; returns what it returns, a string."""

    @abstractmethod
    def touch(self, kind: str, at: Point) -> None:
        """`down`, `move` or `up` of the one finger."""

    @abstractmethod
    def press(self, *keys: str) -> None:
        """Press and let go of keys: characters, or the names of KEYS."""

    @abstractmethod
    def close(self) -> None: ...

    # What follows from that ---------------------------------------------------------------

    def run(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function with JSON arguments, and return its JSON result."""
        wrapped = (
            f"async (given) => JSON.stringify((await ({function})(...JSON.parse(given))) ?? null)"
        )
        answer = self.call(wrapped, json.dumps(arguments))
        return None if answer is None else json.loads(answer)

    def open(self, url: str) -> None:
        self.go(url)
        self.look()

    def look(self) -> None:
        """Give the page that is open the eyes of the tests."""
        script = EYES.read_text(encoding="utf-8")
        self.run(f"() => {{ if (!globalThis.eyes) {{ {script} }} }}")

    def wait(self, condition: str, *arguments: object) -> Any:
        """Wait until this JavaScript function returns something true, and return that.

        Until then the page may be gone, or another one on its way.
        """
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.run(condition, *arguments)
            except BrowserError as error:
                answer = None
                problem = f" ({error})"
            else:
                problem = ""
            if answer:
                return answer
            if time.monotonic() > end:
                raise TimeoutError(f"waited {PATIENCE} s in vain: {condition}{problem}")
            time.sleep(LOOK_EVERY)

    def wait_visible(self, selector: str) -> Point:
        """Wait until this element can be seen; returns its middle."""
        box = self.wait(
            """(selector) => {
              const box = document.querySelector(selector)?.getBoundingClientRect();
              return box?.width && box.height
                ? [box.x + box.width / 2, box.y + box.height / 2] : null;
            }""",
            selector,
        )
        return Point(*box)

    def wait_gone(self, selector: str) -> None:
        self.wait("(s) => !document.querySelector(s)?.getClientRects().length", selector)

    def text(self, selector: str) -> str:
        text: str = self.run("(s) => document.querySelector(s)?.textContent ?? ''", selector)
        return text.strip()

    def down(self, at: Point) -> None:
        self.at = at
        self.touch("down", at)

    def drag_to(self, to: Point) -> None:
        start = self.at
        for step in range(1, STEPS + 1):
            part = step / STEPS
            self.at = start.moved((to.x - start.x) * part, (to.y - start.y) * part)
            self.touch("move", self.at)

    def up(self) -> None:
        self.touch("up", self.at)

    def tap(self, at: Point) -> None:
        self.down(at)
        self.up()

    def tap_on(self, selector: str) -> None:
        self.tap(self.wait_visible(selector))

    def surprises(self, *expected: str) -> list[str]:
        """What the pages have complained about, but for what these expressions find."""
        return [line for line in self.complaints if not any(re.search(e, line) for e in expected)]


# Keys that are no characters, as WebDriver numbers them.
KEYS = {
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Tab": "\ue004",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


def pointer_action(kind: str, at: Point) -> list[dict[str, Any]]:
    """One step of a finger, as WebDriver and WebDriver BiDi say it."""
    move = {"type": "pointerMove", "x": round(at.x), "y": round(at.y), "duration": 0}
    if kind == "down":
        return [move, {"type": "pointerDown", "button": 0}]
    return [move] if kind == "move" else [{"type": "pointerUp", "button": 0}]


def finger_actions(kind: str, at: Point) -> list[dict[str, Any]]:
    return [
        {
            "type": "pointer",
            "id": "finger",
            "parameters": {"pointerType": "touch"},
            "actions": pointer_action(kind, at),
        }
    ]


def key_actions(*keys: str) -> list[dict[str, Any]]:
    values = [KEYS.get(key, key) for key in keys]
    actions = [{"type": kind, "value": v} for v in values for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": actions}]
