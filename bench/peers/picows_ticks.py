"""Positions as ticks, from a WebSocket server that is compiled: all that Python can give.

    python -m bench.peers.picows_ticks --port 8001

As `ws_ticks.js`, but positions go out as numbers, twelve bytes each (docs/PROTOCOL.md,
"Binary moves").
"""

from __future__ import annotations

import argparse
import asyncio
import struct

import msgspec
import uvloop
from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    ws_create_server,
)

from testkit.services import LOOPBACK

TICK_SECONDS = 0.1
WIDE = b"\2\0\0\0"


class Move(msgspec.Struct, gc=False):
    id: int
    lat: float
    lng: float


_move = msgspec.json.Decoder(Move).decode


class Room:
    def __init__(self) -> None:
        self.people: set[WSTransport] = set()
        self.moved: dict[int, Move] = {}

    def tick(self) -> None:
        """Tell everybody the newest position of each marker that has moved."""
        if not self.moved:
            return
        moves = self.moved.values()
        count = len(moves)
        tick = WIDE + struct.pack(
            f"<{count}i{count}i{count}I",
            *(round(move.lat * 1e6) for move in moves),
            *(round(move.lng * 1e6) for move in moves),
            *self.moved,
        )
        self.moved = {}
        for person in self.people:
            person.send(WSMsgType.BINARY, tick)


class Person(WSListener):
    def __init__(self, room: Room) -> None:
        self._room = room

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._room.people.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._room.people.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            move = _move(frame.get_payload_as_memoryview())
            self._room.moved[move.id] = move
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close()
            transport.disconnect()


async def serve(port: int) -> None:
    rooms: dict[bytes, Room] = {}

    def come(request: WSUpgradeRequest) -> Person:
        return Person(rooms.setdefault(bytes(request.path), Room()))

    await ws_create_server(come, LOOPBACK, port)
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += TICK_SECONDS
        await asyncio.sleep(due - loop.time())
        for room in rooms.values():
            room.tick()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
