"""One evening of one person, in every engine that phones have."""

import time

import pytest

from testkit.server import ServerProcess
from tests.browser.eyes import COLOURS, Point
from tests.browser.venue import Room, origin
from tests.engines.engine import Engine

# How far above the finger a marker is carried, in CSS pixels.
ABOVE_FINGER = 44

# Sheets and lists that could be pushed to the side.
WIDER_THAN_THEY_ARE = """() =>
  [...document.querySelectorAll(".sheet:not([hidden]), .sheet:not([hidden]) .list")]
    .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.id)"""


# What browsers themselves say of a websocket that ends with its page or its server.
LOST_LINE = (
    "WebSocket connection to .* failed",
    "can.t establish a connection to the server at ws:",
    "connection to ws:.* was interrupted",
)


def hears_complaints(engine: Engine) -> None:
    """Silence means nothing where nobody listens."""
    engine.run("() => { console.error('from the console'); setTimeout(() => { nowhere(); }); }")
    engine.run("() => { new Image().src = 'http://elsewhere.test/a.png'; }")
    for sign in ("from the console", "nowhere", "elsewhere.test"):
        end = time.monotonic() + 10
        while not any(sign in complaint for complaint in engine.surprises()):
            assert time.monotonic() < end, f"nobody heard of {sign}: {engine.complaints}"
            engine.run("() => null")


class Person:
    """Somebody in the audience, by what they see on their phone."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def wait_live(self) -> None:
        self.engine.look()
        self.engine.wait_visible(".marker-canvas")
        self.engine.wait_gone("#banner")

    def wait_saved(self) -> None:
        self.engine.wait("() => document.querySelector('#save-state').dataset.state === 'saved'")

    def marker(self) -> str:
        """What a screen reader says of one's own marker: its label, look and place."""
        said: str = self.engine.wait(
            "() => document.querySelector('.marker-handle')?.getAttribute('aria-label')"
        )
        return said

    def wait_other_than(self, before: str) -> str:
        said: str = self.engine.wait(
            """(before) => {
              const now = document.querySelector('.marker-handle')?.getAttribute('aria-label');
              return now && now !== before ? now : null;
            }""",
            before,
        )
        return said

    def moves_by_keyboard(self, *arrows: str) -> str:
        """Move one's own marker and put it down; then what is said of it."""
        before = self.marker()
        self.engine.run(
            """() => {
              globalThis.isPutDown = false;
              addEventListener("keyup", ({ key }) => (globalThis.isPutDown ||= key === "Enter"));
              document.querySelector(".marker-handle").focus();
            }"""
        )
        self.engine.press(*arrows, "Enter")
        # A driver may answer before the page has heard of its last key.
        self.engine.wait("() => globalThis.isPutDown")
        return self.wait_other_than(before)

    def colour(self) -> tuple[int, int, int]:
        said = self.marker()
        return next(
            COLOURS[name]
            for name in sorted(COLOURS, key=len, reverse=True)
            if f"{name} " in f"{said} "
        )

    def sees(self) -> Point:
        """Where the own marker is drawn, once it does not move."""
        at = self.engine.wait("(colour) => eyes.seesStill(colour)", self.colour())
        return Point(at["x"], at["y"])

    def waits_to_see_at(self, place: Point, within: float = 4) -> None:
        self.engine.wait(
            "(...where) => eyes.seesAt(where)", self.colour(), place.x, place.y, within
        )


@pytest.mark.timeout(300)
def test_a_whole_evening(engine: Engine, server: ServerProcess, room: Room) -> None:
    """On plain http and a name that is no secure context, as in a venue."""
    person = Person(engine)

    # By six digits; after the last one nothing has to be pressed.
    engine.open(origin(server))
    assert engine.run("() => isSecureContext") is False
    engine.tap_on("#code")
    engine.press(*room.code)
    engine.wait("(path) => location.pathname === path", f"/{room.code}")
    person.wait_live()

    # A tap places, and it stays where the finger was.
    place = Point(195, 400)
    engine.tap(place)
    person.wait_saved()
    person.waits_to_see_at(place)

    # The marker goes with the finger, and stays where it was let go.
    engine.down(place)
    engine.drag_to(place.moved(-70, -90))
    held = person.sees()
    assert held.x == pytest.approx(place.x - 70, abs=4)
    assert held.y < place.y - 85
    engine.up()
    person.wait_saved()
    person.waits_to_see_at(held)

    # A label, with letters from here and there.
    engine.tap(held)
    engine.tap_on("#marker-label")
    engine.press(*"Ünïcode ☂", "Enter")
    engine.wait("() => document.querySelector('.marker-handle').ariaLabel.includes('Ünïcode ☂')")
    engine.tap_on("#marker-close")
    engine.wait_gone("#marker-sheet")

    # A name.
    engine.tap_on("#name-button")
    engine.wait("() => document.activeElement.id === 'name-field'")
    engine.press(*"Zoë", "Enter")
    engine.wait("() => document.querySelector('#name').textContent.includes('Zoë')")

    # The list; choosing there opens the marker's sheet, whose arrows move it.
    engine.tap_on("#list-button")
    assert engine.run(WIDER_THAN_THEY_ARE) == []
    engine.tap_on("#list [role=option]")
    engine.wait_visible("#marker-sheet")
    before = person.marker()
    engine.tap_on('#marker-arrows [data-key="ArrowRight"]')
    before = person.wait_other_than(before)
    engine.tap_on("#marker-close")
    engine.wait_gone("#marker-sheet")

    # Placing without dragging: the map moves under a target.
    engine.tap_on("#aim-button")
    assert engine.run("() => getComputedStyle(document.querySelector('#reticle')).visibility") == (
        "visible"
    )
    engine.tap_on("#aim-place")
    before = person.wait_other_than(before)
    person.wait_saved()

    # The keyboard.
    before = person.moves_by_keyboard("ArrowLeft", "ArrowLeft")
    person.wait_saved()

    # A reload: the same person with the same marker.
    name = engine.text("#name")
    engine.open(f"{room.join_url}?reload")
    person.wait_live()
    assert person.marker() == before
    engine.wait("(name) => document.querySelector('#name').textContent.trim() === name", name)

    # The server is killed while the finger is down.
    at = person.sees()
    engine.down(at)
    engine.drag_to(at.moved(60, 70))
    server.kill()
    engine.wait_visible("#banner")
    engine.drag_to(at.moved(80, 110))
    held = person.sees()
    engine.up()
    server.start(deadline=90)
    engine.wait_gone("#banner")
    person.wait_saved()
    person.waits_to_see_at(held)
    there = person.marker()
    engine.open(room.join_url)
    person.wait_live()
    assert person.marker() == there

    assert engine.surprises(*LOST_LINE) == []
    hears_complaints(engine)
