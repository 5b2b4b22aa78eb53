"""A room of thirty with hidden answers: nothing of them is on the screen until one press."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from mapapp.domain.marker import COLOURS
from testkit.server import ServerProcess
from tests.browser.eyes import COLOURS as COLOUR_NAMES
from tests.browser.questions import HIDDEN, OPEN, stage
from tests.browser.venue import Room, Venue

PEOPLE, ANSWERS = 30, 22


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return stage(server, HIDDEN, OPEN)


@pytest.fixture
def phones(server: ServerProcess, room: Room) -> Iterator[list[ClientConnection]]:
    """Thirty connections from the venue, of which the test decides what they say."""
    with ExitStack() as stack:
        phones = []
        for _ in range(PEOPLE):
            phone = stack.enter_context(
                connect(
                    f"{server.websocket_url}/ws/{room.code}",
                    subprotocols=[Subprotocol("map.v1")],
                )
            )
            phone.send(json.dumps({"t": "hello", "as": "participant", "client": str(uuid.uuid4())}))
            phones.append(phone)
        yield phones


def test_thirty_answer_in_secret_and_one_press_shows_all(
    venue: Venue, room: Room, phones: list[ClientConnection]
) -> None:
    screen, host = venue.screen(room), venue.remote(room)
    for index, phone in enumerate(phones[:ANSWERS]):
        place = {"lat": -40 + 20 * (index // COLOURS), "lng": -140 + 40 * (index % COLOURS)}
        look = {"colour": index % COLOURS, "label": f"Home {index}"}
        phone.send(json.dumps({"t": "add", "op": 1, **place, **look}))
    told = f"{ANSWERS} of {PEOPLE} have answered"
    expect(host.page.locator("#answered")).to_have_text(told)
    expect(screen.page.locator("#answered")).to_have_text(told)
    for name in COLOUR_NAMES:
        assert screen.eyes.find(name) is None

    host.take_step("Close answers")
    host.take_step("Reveal")
    for name in COLOUR_NAMES:
        screen.eyes.wait_for(name)
    for phone in phones:
        # The last of thirty who has answered nothing sees all of them, too.
        seen = next(
            message
            for message in map(json.loads, phone)
            if message["t"] == "snapshot" and message["markers"]
        )
        assert len(seen["markers"]) == ANSWERS
