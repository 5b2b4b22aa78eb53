"""A whole installation in one process and in virtual time.

Real hubs over a real store, real consumers on top, and clients that follow
docs/PROTOCOL.md. Only three things are not real: time (it jumps to the next
timer), threads (the loop waits for the store), and the channel layer, which
loses, repeats and reorders what it is given. So a test of an hour takes a
second, and a failing one fails again.
"""

from __future__ import annotations

import asyncio
import json
import random
import selectors
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

from consumers.gate import Caps, Gate
from consumers.map_consumer import MapConsumer
from mapapp.limits.buckets import GuessLimiter
from mapapp.live.hub import Hub
from mapapp.live.ports import Store
from mapapp.protocol import SUBPROTOCOL
from mapapp.rooms.codes import Codes
from testkit import binary_moves, packed_snapshot

T = TypeVar("T")


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting for a timer, makes it be due."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nothing left to happen: a deadlock"
        if timeout > 0:
            self._jump(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only when nothing else is to be done."""

    def __init__(self) -> None:
        self.now = 0.0
        self._thread = ThreadPoolExecutor(1)
        super().__init__(_JumpingSelector(self._jump))

    def _jump(self, seconds: float) -> None:
        self.now += seconds

    def time(self) -> float:
        return self.now

    def run_in_executor(  # type: ignore[override]  # whatever the function, its result is a future
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Call at once and wait: one order, the same every time.

        In a thread of its own, because Django keeps a connection per thread,
        and would want another for each task of a loop.
        """
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(self._thread.submit(func, *args).result())
        except Exception as error:
            future.set_exception(error)
        return future

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.run_until_complete(work)

    def pass_time(self, seconds: float) -> None:
        self.run_until_complete(asyncio.sleep(seconds))

    def hang(self, seconds: float) -> None:
        """Let time pass in which the loop does nothing."""
        self.now += seconds

    def finish(self) -> None:
        """Cancel what still runs, so that nothing is left pending, and close."""

        async def cancel() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self.run_until_complete(cancel())
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()
        self.close()


class Broker:
    """The channel layer's other end: at most once, in no certain order.

    `loss`, `repeats` and `delays` are probabilities from 0 to 1.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._groups: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self.sent = 0
        self.heal()

    def hurt(self, loss: float, repeats: float, delays: float) -> None:
        self.loss, self.repeats, self.delays = loss, repeats, delays

    def heal(self) -> None:
        self.hurt(0.0, 0.0, 0.0)

    def add(self, group: str, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._groups.setdefault(group, set()).add(queue)

    def discard(self, group: str, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._groups.get(group, set()).discard(queue)

    def forget(self) -> None:
        """Forget who is in which group."""
        self._groups.clear()

    def send(self, group: str, message: dict[str, Any]) -> None:
        self.sent += 1
        for queue in self._groups.get(group, ()):
            if self._rng.random() < self.loss:
                continue
            for _ in range(1 + (self._rng.random() < self.repeats)):
                if self._rng.random() < self.delays:
                    delay = self._rng.uniform(0.0, 3.0)
                    asyncio.get_running_loop().call_later(delay, queue.put_nowait, message)
                else:
                    queue.put_nowait(message)


class Layer:
    """One process's line to the broker. While `down` every call raises."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.down = False
        self._queues: dict[str, asyncio.Queue[dict[str, Any]]] = {}

    def _check(self) -> None:
        if self.down:
            raise ConnectionError("the relay is away")

    async def new_channel(self) -> str:
        self._check()
        name = uuid.uuid4().hex
        self._queues[name] = asyncio.Queue()
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        while True:
            message = await self._queues[channel].get()
            if not self.down:
                return message

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        self.broker.add(group, self._queues[channel])

    async def group_discard(self, group: str, channel: str) -> None:
        self._check()
        self.broker.discard(group, self._queues[channel])

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._check()
        self.broker.send(group, message)


_NO_CAPS = Caps(people=10_000, connections_each_address=10_000, new_at_once=10_000)


async def _nobody(_code: str, _address: str) -> bool:
    return False


class Process:
    """One server process: a hub, and the sockets of its clients."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        clock: Callable[[], float],
        *,
        phone_budget: int | None = None,
        caps: Caps = _NO_CAPS,
        **hub: Any,
    ) -> None:
        self.layer = Layer(broker)
        self.hub = Hub(store, self.layer, clock=clock, phone_budget=phone_budget, **hub)
        self.hub.start()
        self.sockets: set[Client] = set()
        self._gate = Gate(
            Codes(GuessLimiter(clock=clock), clock=clock, familiar=_nobody),
            origins=[],
            caps=caps,
            clock=self.hub._loop.time,
        )

    def consumer(self) -> MapConsumer:
        async def hub() -> Hub:
            return self.hub

        return MapConsumer(hub=hub, gate=self._gate, hello_seconds=10.0)

    async def kill(self) -> None:
        """`kill -9`: nothing is said, nothing is saved, the sockets break."""
        for client in list(self.sockets):
            await client.break_line()
        await self.hub.stop()


class Client:
    """A person's tab that follows docs/PROTOCOL.md.

    It keeps what is unanswered and sends it again after a reconnect (D3), and
    applies what it is told, checking on the way that revisions have no gaps.
    """

    def __init__(
        self,
        code: str,
        *,
        role: str = "participant",
        key: str | None = None,
        moves: str = "json",
        address: str = "127.0.0.1",
    ) -> None:
        self.code = code
        self.address = address
        self.moves = moves
        self.role = role
        self.key = key
        self.id = str(uuid.uuid4())
        self.token: str | None = None
        self.person: int | None = None
        self.name = ""
        self.op = 0
        self.unanswered: dict[int, dict[str, Any]] = {}
        self.answers: dict[int, dict[str, Any]] = {}
        self.epoch: str | None = None
        self.rev = 0
        self.room: dict[str, Any] = {}
        # The current activity, its stage and its round, as a host's button needs them.
        self.at: dict[str, Any] = {}
        self.people: dict[int, str] = {}
        self.markers: dict[int, dict[str, Any]] = {}
        self.counts: tuple[int, int] = (0, 0)
        self.answered: int | None = None
        self.process: Process | None = None
        self.closed: int | None = None
        self.errors: list[dict[str, Any]] = []
        self.frames = 0
        self.bytes = 0  # of frames with moves
        self.asked_pace: int | None = None
        self.bye: dict[str, Any] = {}
        self.can_take = asyncio.Event()
        self.can_take.set()

    # --- the line -------------------------------------------------------------

    async def connect(self, process: Process) -> None:
        self.process = process
        self.closed = None
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        process.sockets.add(self)
        scope = {
            "type": "websocket",
            "subprotocols": [SUBPROTOCOL],
            "headers": [],
            "client": [self.address, 1],
            "url_route": {"kwargs": {"code": self.code}},
        }
        self._inbox.put_nowait({"type": "websocket.connect"})
        hello = {"t": "hello", "as": self.role, "client": self.id, "moves": self.moves}
        if self.moves == "packed":  # as pages ask for both
            hello["snapshot"] = "deflated"
        if self.token:
            hello["token"] = self.token
        if self.key:
            hello["key"] = self.key
        if self.epoch is not None:
            hello |= {"epoch": self.epoch, "rev": self.rev}  # type: ignore[dict-item]
        self.say(hello)
        for change in list(self.unanswered.values()):
            self.say(change)
        self._task = asyncio.create_task(process.consumer()(scope, self._inbox.get, self._receive))

    async def break_line(self) -> None:
        """The network is gone, without a word."""
        if self.process is None:
            return  # the server has closed it a moment before
        self.process.sockets.discard(self)
        self.process = None
        self.can_take.set()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self._task

    def say(self, message: dict[str, Any]) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    async def _receive(self, event: dict[str, Any]) -> None:
        await self.can_take.wait()
        if self.process is None:
            return
        if event["type"] == "websocket.close":
            self.closed = event["code"]
            self.process.sockets.discard(self)
            self.process = None
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": event["code"]})
        elif event["type"] == "websocket.send":
            self.frames += 1
            if "bytes" in event and event["bytes"][0] in packed_snapshot.KINDS:
                self._take(packed_snapshot.read(event["bytes"]))
            elif "bytes" in event:
                self.bytes += len(event["bytes"])
                moves = binary_moves.read(event["bytes"])
                self._move_markers([(n, lat / 1e6, lng / 1e6) for n, lat, lng in moves])
            else:
                message = json.loads(event["text"])
                self.bytes += len(event["text"]) if message.get("moves") else 0
                self._take(message)

    # --- what it says ---------------------------------------------------------

    def change(self, kind: str, **fields: Any) -> int:
        """Make a change; it is sent now if there is a line, and again until it is answered."""
        self.op += 1
        self.unanswered[self.op] = {"t": kind, "op": self.op, **fields}
        if self.process is not None:
            self.say(self.unanswered[self.op])
        return self.op

    def move(self, marker: int, grab: int, lat: float, lng: float) -> None:
        if self.process is not None:
            self.say({"t": "move", "marker": marker, "grab": grab, "lat": lat, "lng": lng})

    # --- what it hears --------------------------------------------------------

    def _take(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "welcome":
                self.token = message.get("token")
                self.person = message["person"]
                self.name = message["name"]
                self.limits = message["limits"]
            case "snapshot":
                self._snapshot(message)
            case "tick":
                self._tick(message)
            case "ack" | "refused":
                self._answer(message)
            case "pace":
                self.asked_pace = message["moves_per_second"]
            case "error":
                self.errors.append(message)
            case "bye":
                self.bye = message

    def _snapshot(self, message: dict[str, Any]) -> None:
        self.epoch, self.rev = message["epoch"], message["rev"]
        self.room = {"phase": message["phase"], "question": message["question"]}
        self.at = {key: message[key] for key in ("activity", "stage", "round")}
        self.people = dict(message["people"])
        fields = ("lat", "lng", "owner", "holder", "grab", "colour", "icon", "label")
        self.markers = {
            number: dict(zip(fields, values, strict=True)) for number, *values in message["markers"]
        }

    def _tick(self, message: dict[str, Any]) -> None:
        for change in message["changes"]:
            assert change["rev"] == self.rev + 1, f"a gap: {self.rev}, then {change['rev']}"
            self.rev = change["rev"]
            self._apply(change)
        assert message["rev"] == self.rev
        self._move_markers(message["moves"])
        if "people" in message:
            self.counts = message["people"], message["screens"]
            self.answered = message["answered"]

    def _move_markers(self, moves: list[Any]) -> None:
        for number, lat, lng in moves:
            assert self.markers[number]["holder"], "a move of a marker that nobody holds"
            self.markers[number] |= {"lat": lat, "lng": lng}

    def _apply(self, change: dict[str, Any]) -> None:
        marker = self.markers.get(change.get("marker", 0), {})
        place: dict[str, Any] = {key: change[key] for key in ("lat", "lng") if key in change}
        match change["kind"]:
            case "person":
                if change.get("listed", True):
                    self.people[change["person"]] = change["name"]
            case "add":
                looks = {key: change[key] for key in ("colour", "icon", "label")}
                self.markers[change["marker"]] = {
                    **place,
                    "owner": change["by"],
                    "holder": 0,
                    "grab": 0,
                    **looks,
                }
            case "grab":
                marker |= {"holder": change["by"], "grab": change["rev"]}
            case "drop" | "release":
                marker |= {**place, "holder": 0, "grab": 0}
            case "place":
                marker |= place
            case "edit":
                marker |= {k: change[k] for k in ("label", "colour", "icon") if k in change}
            case "remove":
                del self.markers[change["marker"]]
            case "putback":
                looks = {key: change[key] for key in ("owner", "colour", "icon", "label")}
                self.markers[change["marker"]] = {**place, **looks, "holder": 0, "grab": 0}
            case "count":
                if marker:
                    marker |= place
                else:
                    self.markers[change["marker"]] = {
                        **place,
                        "owner": change["person"],
                        "holder": 0,
                        "grab": 0,
                        "colour": change["colour"],
                        "icon": 0,
                        "label": "",
                    }
            case "stage":
                self.room["phase"] = "open" if change["stage"] == "answer" else "locked"
                self.at |= {key: change[key] for key in ("stage", "round") if key in change}
            case "ban":
                self.people.pop(change["person"], None)
            case "lock":
                self.room["phase"] = "locked"
                if self.at["stage"] == "answer":
                    self.at["stage"] = "closed"
            case "unlock":
                self.room["phase"] = "open"
                self.at["stage"] = "answer"
            case "close":
                self.room["phase"] = "closed"
            case "question":
                self.room["question"] = change["question"]

    def _answer(self, message: dict[str, Any]) -> None:
        op = message["op"]
        if message.get("code") == "unavailable":
            return  # it stays unanswered, and is sent again
        if self.answers.get(op, {}).get("t") == "ack":
            assert message == self.answers[op], "a repeat got another answer (D2)"
        self.answers[op] = message
        self.unanswered.pop(op, None)
        if "person" in message and message["t"] == "ack":
            self.person = message["person"]

    def comparable(self) -> dict[str, Any]:
        """Its state, to compare with the others' (O4)."""
        return {
            "rev": self.rev,
            **self.room,
            "people": self.people,
            "markers": self.markers,
        }
