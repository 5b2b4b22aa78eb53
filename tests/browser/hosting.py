"""Steers a room as its host, without a page: for tests of what others see of it."""

from __future__ import annotations

import json
import uuid
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from testkit.server import ServerProcess
from tests.browser.venue import Room


class Host:
    """A host's line to a room: `with Host(server, room) as host: host.change("lock")`."""

    def __init__(self, server: ServerProcess, room: Room) -> None:
        self._line = connect(
            f"{server.websocket_url}/ws/{room.code}", subprotocols=[Subprotocol("map.v1")]
        )
        self._key = room.host_key
        self._op = 0
        self.activity = 0

    def __enter__(self) -> Self:
        self._socket = self._line.__enter__()
        client = str(uuid.uuid4())
        self._send({"t": "hello", "as": "host", "client": client, "key": self._key})
        self.activity = self._until("snapshot")["activity"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._line.__exit__(kind, error, traceback)

    def change(self, kind: str, **fields: object) -> dict[str, Any]:
        """Do something, and return its acknowledgement."""
        self._op += 1
        self._send({"t": kind, "op": self._op, **fields})
        answer = self._until("ack", "refused", "error")
        while answer.get("code") == "slow_down":
            answer = self._until("ack", "refused", "error")
        assert answer["t"] == "ack", answer
        return answer

    def stage(self, stage: str, *, since: str, round: int = 1, again: bool = False) -> None:
        """Bring the current activity from one stage to another; `again` begins a round."""
        now = {"activity": self.activity, "stage": since, "round": round}
        fields = {"round": round + 1} if again else {}
        self.change("stage", stage=stage, **{"from": now}, **fields)

    def go(self, activity: int) -> None:
        """Make another activity the current one."""
        self.change("go", activity=activity)
        self.activity = activity

    def ask(self, activity: int) -> None:
        """Make one that nobody has seen yet the current one, and let people answer."""
        self.go(activity)
        self.stage("answer", since="prepare")

    def _send(self, frame: dict[str, object]) -> None:
        self._socket.send(json.dumps(frame))

    def _until(self, *kinds: str) -> dict[str, Any]:
        while True:
            data = self._socket.recv(timeout=20)
            frame: dict[str, Any] = json.loads(data) if isinstance(data, str) else {"t": "moves"}
            if frame["t"] in kinds:
                return frame
