"""A client of `map.v1` for tests: small, typed, and as stubborn as a phone in a hall.

It keeps unanswered changes and sends them again with the same op after a
reconnect (D3), and mirrors the room from snapshot and ticks. It follows
docs/PROTOCOL.md and knows nothing of the server's code.
"""

import asyncio
import json
import random
import socket
import uuid
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from testkit.mirror import ContractBroken, Frame, Mirror
from testkit.server import ServerProcess

SUBPROTOCOL = Subprotocol("map.v1")
# Close codes by what they ask of the client (docs/PROTOCOL.md, section 6); 1001 comes
# from a proxy that is being stopped.
RETRY = frozenset({1001, 1006, 1011, 1012, 1013, 4408, 4413, 4429, 4503})
# Seconds after which a change that the server could not take is sent again.
AGAIN_SECONDS = 1.0
# No fault in these tests delays an answer longer than this.
ANSWER_SECONDS = 50.0


class Closed(Exception):
    """The server closed the socket with this `code`; `bye` is its last frame, if any."""

    def __init__(self, code: int, bye: Frame | None) -> None:
        self.code = code
        self.bye = bye
        super().__init__(f"closed with {code}: {bye}")


@dataclass(frozen=True)
class Room:
    """A room that was created."""

    code: str
    host_key: str

    def at(self, server: ServerProcess) -> str:
        """The room's WebSocket address on this server."""
        return f"{server.websocket_url}/ws/{self.code}"


async def create_room(server: ServerProcess, **fields: object) -> Room:
    """Create a room through the API; the fields are those of POST /api/rooms."""
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{server.url}/api/rooms", json=fields, timeout=10)
    answer.raise_for_status()
    return Room(answer.json()["code"], answer.json()["host_key"])


@dataclass
class _Unanswered:
    frame: Frame
    answer: asyncio.Future[Frame]


class Client:
    """One client in a room: `async with Client(room.at(server)) as client`.

    With several addresses it goes to the next one each time it connects. With
    `comes_back` it reconnects by itself whenever a close code says so.
    `receive_buffer` is the size of the socket's own buffer in bytes, for a slow
    client; `options` are passed to websockets' `connect`.
    """

    def __init__(
        self,
        *addresses: str,
        role: str = "participant",
        key: str | None = None,
        comes_back: bool = False,
        receive_buffer: int | None = None,
        **options: Any,
    ) -> None:
        self.id = str(uuid.uuid4())
        self.state = Mirror()
        self.role = role
        self.key = key
        self.token: str | None = None
        self.person: int | None = None
        self.name = ""
        self.sent: dict[int, Frame] = {}
        self.answers: dict[int, Frame] = {}
        self.errors: list[Frame] = []
        # Frames received since the last hello.
        self.frames: list[Frame] = []
        # Sent in place of our own hello, by tests of odd hellos.
        self.hello_frame: str | bytes | None = None
        # Further fields of the hello.
        self.more_of_hello: Frame = {}
        self.bye: Frame | None = None
        self.close_code: int | None = None
        self.connections = 0
        # How each connection ended: its close code, and the server's last frame.
        self.ends: list[tuple[int, Frame | None]] = []
        self.received_bytes = 0
        # The number of changes sent again.
        self.resent = 0
        self._addresses = addresses
        self._comes_back = comes_back
        self._receive_buffer = receive_buffer
        self._options = options
        self._unanswered: dict[int, _Unanswered] = {}
        self._last_op = 0
        self._pings = 0
        self._socket: ClientConnection | None = None
        self._life: asyncio.Task[None] | None = None
        self._welcomed = ("", 0)
        self._again: set[asyncio.TimerHandle] = set()
        self._news = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()

    # --- the connection -------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.leave()

    async def connect(self) -> None:
        """Connect, say hello with the state known so far, and send unanswered changes again.

        Returns when the welcome and the room's state have arrived. Raises `Closed`
        if the server refuses us.
        """
        await self._greet()
        self._life = asyncio.create_task(self._live())
        self._life.add_done_callback(lambda _: self._news.set())
        await self.wait_for(self.is_up_to_date, "the room's state")

    async def leave(self) -> None:
        """Close properly, and do not come back."""
        self._comes_back = False
        for handle in self._again:
            handle.cancel()
        self._may_read.set()
        if self._socket is not None:
            await self._socket.close()
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
        if self._socket is not None:
            # It may have just come back on another socket.
            await self._socket.close()

    def cut(self) -> None:
        """Lose the network: no goodbye."""
        self._transport().abort()

    def stop_reading(self) -> None:
        """Stop reading; further data fills the buffers on the way."""
        self._may_read.clear()

    def read_on(self) -> None:
        self._may_read.set()

    async def _greet(self) -> None:
        address = self._addresses[self.connections % len(self._addresses)]
        self.connections += 1
        self._socket = await connect(
            address,
            **{
                "subprotocols": [SUBPROTOCOL],
                "compression": None,
                "proxy": None,
                "sock": self._slow_socket(address),
                "max_size": None,
                "max_queue": 4,
                "ping_interval": None,
                "close_timeout": 2,
                **self._options,
            },
        )
        self.frames, self.bye, self.close_code = [], None, None
        try:
            with suppress(ConnectionClosed):  # its last frames are still to be read
                await self.send(self.hello_frame or self.hello())
            while not (self.frames and self.frames[-1]["t"] == "welcome"):
                self._take(await self._socket.recv())
        except ConnectionClosed:
            self.close_code = self._socket.close_code
            raise Closed(self._code(), self.bye) from None
        for waiting in list(self._unanswered.values()):
            self.resent += 1
            await self.send(waiting.frame)

    def hello(self) -> Frame:
        """The hello with this client's token and state."""
        hello: Frame = {"t": "hello", "as": self.role}
        hello |= self.more_of_hello
        if self.role != "screen":
            hello["client"] = self.id
        if self.key is not None:
            hello["key"] = self.key
        if self.token is not None:
            hello["token"] = self.token
        if self.state.epoch:
            hello |= {"epoch": self.state.epoch, "rev": self.state.rev}
        return hello

    def _slow_socket(self, address: str) -> socket.socket | None:
        if self._receive_buffer is None:
            return None
        parts = urlsplit(address)
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        slow.connect((parts.hostname, parts.port))
        return slow

    async def _live(self) -> None:
        while True:
            await self._read()
            if not (self._comes_back and self._code() in RETRY):
                return
            await self._return()

    async def _read(self) -> None:
        assert self._socket is not None
        with suppress(ConnectionClosed):
            while True:
                await self._may_read.wait()
                self._take(await self._socket.recv())
        self.close_code = self._code()
        self.ends.append((self.close_code, self.bye))
        self._news.set()

    async def _return(self) -> None:
        """Reconnect after the delay that the server named, or else with full jitter."""
        delay = self.bye.get("retry_ms", 0) / 1000 if self.bye else 0.0
        backoff = 0.1
        while True:
            await asyncio.sleep(delay or random.uniform(0, backoff))
            try:
                await self._greet()
            except Closed as closed:
                if closed.code not in RETRY:
                    return
            except (OSError, TimeoutError, InvalidHandshake):
                pass  # the server is not there (yet)
            except ConnectionClosed:
                pass  # it went while the changes were sent again
            else:
                return
            delay, backoff = 0.0, min(2 * backoff, 1.0)

    def _transport(self) -> asyncio.Transport:
        assert self._socket is not None
        return self._socket.transport

    def _code(self) -> int:
        return (self._socket.close_code if self._socket else None) or 1006

    def is_up_to_date(self) -> bool:
        """Whether the state is at least at the revision of the last welcome."""
        epoch, rev = self._welcomed
        return self.state.epoch == epoch and self.state.rev >= rev

    # --- what is sent ---------------------------------------------------------

    async def send(self, message: Frame | str | bytes) -> None:
        """Send one frame unchanged: a message, any text, or (bytes) a binary frame."""
        assert self._socket is not None
        await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def submit(self, kind: str, **fields: object) -> asyncio.Future[Frame]:
        """Send a change; the future gets its answer, even after several reconnects."""
        self._last_op += 1
        frame = {"t": kind, "op": self._last_op, **fields}
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.sent[self._last_op] = frame
        self._unanswered[self._last_op] = _Unanswered(frame, answer)
        with suppress(ConnectionClosed):  # it will be sent after the reconnect
            await self.send(frame)
        return answer

    async def change(self, kind: str, **fields: object) -> Frame:
        """Send a change and return its answer: an ack, a refusal, or an error with its op."""
        answer = await self.submit(kind, **fields)
        await self.wait_for(answer.done, f"the answer to {kind}", ANSWER_SECONDS)
        return answer.result()

    async def move(self, marker: int, grab: int, lat: float, lng: float) -> None:
        """Move a marker that this client holds; lost when there is no connection."""
        with suppress(ConnectionClosed):
            await self.send({"t": "move", "marker": marker, "grab": grab, "lat": lat, "lng": lng})

    async def round_trip(self) -> None:
        """Send a ping and wait for its pong, and so for all earlier frames of the server."""
        self._pings += 1
        ping = self._pings
        await self.send({"t": "ping", "id": ping})
        await self.wait_for(
            lambda: any(f["t"] == "pong" and f["id"] == ping for f in self.frames), "a pong"
        )

    @property
    def unanswered(self) -> list[int]:
        """The ops of the changes without an answer."""
        return list(self._unanswered)

    # --- what comes -----------------------------------------------------------

    def _take(self, raw: str | bytes) -> None:
        self.received_bytes += len(raw.encode() if isinstance(raw, str) else raw)
        frame: Frame = json.loads(raw)
        self.frames.append(frame)
        match frame["t"]:
            case "welcome":
                self.token, self.person = frame.get("token"), frame["person"]
                self.name = frame["name"]
                self._welcomed = (frame["epoch"], frame["rev"])
            case "snapshot":
                self.state.snapshot(frame)
            case "tick":
                self.state.tick(frame)
            case "ack" | "refused":
                self._answered(frame)
            case "error":
                self.errors.append(frame)
                if "op" in frame:
                    self._answered(frame)
            case "bye":
                self.bye = frame
        self._news.set()

    def _answered(self, frame: Frame) -> None:
        op = frame["op"]
        if frame.get("code") in ("unavailable", "too_many_unanswered"):
            loop = asyncio.get_running_loop()
            self._again.add(loop.call_later(AGAIN_SECONDS, self._send_again, op))
            return
        first = self.answers.setdefault(op, frame)
        if first != frame:
            raise ContractBroken(f"op {op} was answered with {first}, then with {frame} (D2)")
        self.person = frame.get("person", self.person)
        waiting = self._unanswered.pop(op, None)
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_result(frame)

    def _send_again(self, op: int) -> None:
        waiting = self._unanswered.get(op)
        if waiting is not None:
            self.resent += 1
            sending = asyncio.ensure_future(self.send(waiting.frame))
            sending.add_done_callback(lambda sent: sent.cancelled() or sent.exception())

    # --- waiting --------------------------------------------------------------

    async def wait_for(
        self, condition: Callable[[], bool], what: str, seconds: float = 10.0
    ) -> None:
        """Return once the condition holds; it is checked after every frame and every close.

        Raises TimeoutError after `seconds`, or the error that broke the contract.
        """
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    if self._life is not None and self._life.done():
                        self._life.result()
                        if not condition():
                            raise Closed(self._code(), self.bye)
                        return
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimeoutError(f"waited {seconds} s in vain for {what}: {self}") from None

    def next_news(self) -> Coroutine[Any, Any, Any]:
        """An awaitable for the next frame after this call.

        Raises `Closed` if no more can come.
        """
        if self._life is not None and self._life.done():
            self._life.result()
            raise Closed(self._code(), self.bye)
        self._news.clear()
        return self._news.wait()

    async def wait_closed(self, seconds: float = 10.0) -> int:
        """Wait until the connection has ended and return its close code."""
        await self.wait_for(lambda: self.close_code is not None, "the end", seconds)
        assert self.close_code is not None
        return self.close_code

    def __repr__(self) -> str:
        return (
            f"<{self.role} at revision {self.state.rev}, unanswered {self.unanswered}, "
            f"close code {self.close_code}, errors {self.errors[-3:]}>"
        )


async def all_see(
    clients: Iterable[Client],
    condition: Callable[[Client], bool],
    what: str,
    seconds: float = 10.0,
) -> None:
    """Wait until the condition holds for each of these clients."""
    for client in clients:
        await client.wait_for(partial(condition, client), what, seconds)


async def agree(*clients: Client, seconds: float = 10.0) -> None:
    """Wait until all of them hold equal states, not older than any answer (O4)."""
    answered = (a["rev"] for c in clients for a in c.answers.values() if a["t"] == "ack")
    last = max([*answered, *(client.state.rev for client in clients)])
    await all_see(clients, lambda client: client.state.rev >= last, f"revision {last}", seconds)
    # With equal revisions, only positions can still be on their way.
    first = clients[0]
    try:
        async with asyncio.timeout(seconds):
            # The client that is behind gets a frame, and it may be any of them.
            while not all(client.state.digest() == first.state.digest() for client in clients):
                await _news_of_any(clients)
    except TimeoutError:
        differences = [(c, d) for c in clients if (d := c.state.difference(first.state))]
        raise TimeoutError(f"no equality within {seconds} s: {differences[:3]}") from None


async def _news_of_any(clients: Iterable[Client]) -> None:
    waiting: list[asyncio.Future[Any]] = []
    try:
        for client in clients:
            waiting.append(asyncio.ensure_future(client.next_news()))
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()  # raises the error that broke the contract
    finally:
        for one in waiting:
            one.cancel()
