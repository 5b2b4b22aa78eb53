"""The peers: how each is started, and how its clients speak with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import BadRun
from bench.peers import colyseus_wire
from bench.peers.clients import (
    ColyseusClient,
    PlainClient,
    SocketIOClient,
    event_move,
    one_move,
)
from bench.wire import Decoder, longitudes

FOLDER = Path(__file__).resolve().parent
_INSTALL_SECONDS = 300


@dataclass(frozen=True)
class PeerKind:
    """Another server.

    `command` serves when `--port` is added to it. `path` has `{room}` where a
    room's name belongs: whoever names a room first opens it. `decode` finds the
    positions in what it sends.
    """

    name: str
    built_as: str
    command: tuple[str, ...]
    path: str
    newcomer: Callable[[Counter[str]], PlainClient]
    decode: Decoder

    @property
    def on_node(self) -> bool:
        return self.command[0] == "node"


PEERS = {
    peer.name: peer
    for peer in (
        PeerKind(
            "tutorial",
            "Channels tutorial: a group_send for each move",
            (sys.executable, "-m", "daphne", "bench.peers.tutorial:application"),
            "/map/{room}",
            PlainClient,
            one_move,
        ),
        PeerKind(
            "ws",
            "Node, ws: a shared frame every 100 ms",
            ("node", str(FOLDER / "ws_ticks.js")),
            "/{room}",
            PlainClient,
            longitudes,  # the moves in a tick look like ours as JSON
        ),
        PeerKind(
            "colyseus",
            "Node, Colyseus: a schema, patched every 100 ms",
            ("node", str(FOLDER / "colyseus.js")),
            "/{room}",
            ColyseusClient,
            colyseus_wire.positions,
        ),
        PeerKind(
            "picows",
            "Python, picows: a shared frame of numbers every 100 ms",
            (sys.executable, "-m", "bench.peers.picows_ticks"),
            "/{room}",
            PlainClient,
            longitudes,
        ),
        PeerKind(
            "socketio",
            "Node, Socket.IO: an event for each move",
            ("node", str(FOLDER / "socketio.js")),
            "/socket.io/?EIO=4&transport=websocket&room={room}",
            SocketIOClient,
            event_move,
        ),
    )
}


def install() -> None:
    """Bring the packages of the peers that run on Node, unless they are there already."""
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise BadRun(f"{program} is not installed, and the peers on Node need it")
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--loglevel=error"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
    )
    if done.returncode != 0:
        raise BadRun(f"npm could not bring the packages of the peers: {done.stderr.strip()}")
