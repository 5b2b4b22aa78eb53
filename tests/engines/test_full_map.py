"""A map so full that it comes compressed."""

from __future__ import annotations

import websockets.sync.client

from mapapp.protocol import SUBPROTOCOL
from testkit.packed_snapshot import read
from testkit.server import ServerProcess
from tests.browser.venue import Room, create_room
from tests.engines.engine import Engine

PINS = 50


def label(number: int) -> str:
    """As long as labels may be, and longer in bytes."""
    return f"Straße Nr. {number:02} " + "äöü" * 15


def full_room(server: ServerProcess) -> Room:
    pinned = [{"lat": n - 25, "lng": 2 * n, "label": label(n)} for n in range(PINS)]
    return create_room(server, activities=[{"question": "Which street?", "pinned": pinned}])


def test_a_full_map_that_comes_compressed_is_shown(engine: Engine, server: ServerProcess) -> None:
    room = full_room(server)
    address = f"ws://127.0.0.1:{server.port}/ws/{room.code}"
    with websockets.sync.client.connect(
        address, subprotocols=[websockets.Subprotocol(SUBPROTOCOL)]
    ) as line:
        line.send('{"t":"hello","as":"screen","snapshot":"deflated"}')
        frame = next(data for data in line if isinstance(data, bytes))
    assert frame[0] == 5, "it is one that is compressed"
    assert len(read(frame)["markers"]) == PINS

    engine.open(room.join_url)
    engine.wait_visible(".marker-canvas")
    engine.wait_gone("#banner")
    assert engine.run("() => typeof DecompressionStream") == "function"
    engine.tap_on("#list-button")
    engine.wait(
        "(count) => document.querySelectorAll('#list [role=option]').length === count", PINS
    )
    assert label(7) in engine.text("#list")
