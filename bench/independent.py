"""A load generator for capacity, written from docs/PROTOCOL.md alone.

`python -m bench.independent ws://127.0.0.1:8123/ws/314159 --people 500 --seconds 10`

Everybody joins, adds a marker, grabs it and moves it at the pace that the server asks for, evenly
spread in time. Some phones, and the screens, are observers: they decode what they get and look
positions up at their senders, who remember when they sent them. The others only count bytes. At
the end all drop their markers, and a fresh connection verifies where they are. Given an http
address, it opens a room there first. Prints a line of JSON and a sentence.
"""

import argparse
import asyncio
import gc
import json
import math
import random
import resource
import struct
import time
import urllib.request
import uuid
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from itertools import accumulate
from typing import Any

import uvloop
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

Json = dict[str, Any]
Point = tuple[int, int]  # latitude and longitude in millionths of a degree

# Close codes: do not come back.
STOP = {1000, 1007, 1009, 4400, 4403, 4404, 4405, 4406, 4409, 4410, 4411, 4412, 4421}
SKIPPED = (b'{"t":"tick"', b'{"t":"snapshot"')  # by those who only count bytes
REMEMBERED = 300  # moves of one marker that its sender still knows: 30 s at 10 a second
TRACKED = 200  # markers whose age one observer follows; it decodes and counts the others too
AGES = 120_000  # buckets of a millisecond for the age on screen; nothing is counted above
BURST = 100  # moves in a row before the sockets are read again
NOWHERE = (0, 0)  # the place shown for a marker when an observer begins to follow it
now = time.perf_counter


def point(lat: float, lng: float) -> Point:
    """A place as the server keeps it: with six decimals."""
    return round(lat * 1e6), round(lng * 1e6)


def percentiles(seconds: list[float]) -> Json:
    """p50, p95 and p99 of durations, in milliseconds."""
    values = sorted(seconds)
    return {f"p{p}": round(values[len(values) * p // 100] * 1e3, 1) for p in (50, 95, 99) if values}


class Run:
    """The state shared by all connections: the schedule, the measured window, the counts."""

    def __init__(self, url: str, people: int) -> None:
        self.url, self.origin, self.start, self.end = url, now(), math.inf, math.inf
        self.moving, self.over, self.moves = True, False, 0
        self.people = [Client(self, "participant", n / people) for n in range(people)]
        self.owner: dict[int, Client] = {}  # by marker
        self.due: list[tuple[float, float, Client]] = []  # whose move is next
        self.late: list[float] = []
        self.counts: Counter[str] = Counter()

    async def everybody(self, work: Callable[["Client"], Awaitable[None]]) -> None:
        """Have all people do something, 50 at a time; failures are counted."""
        waiting = iter(self.people)

        async def lane() -> None:
            for person in waiting:
                try:
                    await work(person)
                except (OSError, TimeoutError) as error:
                    self.counts[f"failed: {type(error).__name__} {error}"] += 1

        await asyncio.gather(*(lane() for _ in range(50)))

    def received(self) -> tuple[int, int]:
        """Bytes that all phones have got: all, and those in frames of positions."""
        return sum(p.bytes for p in self.people), sum(p.positions_bytes for p in self.people)

    def schedule(self, person: "Client") -> None:
        """The person's next moment in the grid of its pace, which keeps all evenly spread."""
        slot = math.floor((now() - self.origin) * person.pace - person.phase + 1e-6) + 1
        due = self.origin + (slot + person.phase) / person.pace
        heappush(self.due, (due, person.phase, person))

    async def drive(self) -> None:
        """Send everybody's moves when they are due, until they are told to stop."""
        while self.moving:
            for _ in range(BURST):
                if not self.due or self.due[0][0] > (at := now()):
                    break
                due, _, person = heappop(self.due)
                if self.start <= at < self.end:
                    self.late.append(at - due)
                person.move(at)
                self.schedule(person)
            await asyncio.sleep(max(0.0, self.due[0][0] - now()) if self.due else 0.01)


class View:
    """What an observer has on its map, how old that is, and whether it obeys the protocol."""

    def __init__(self, run: Run) -> None:
        self.run, self.rev, self.positions, self.bytes = run, -1, 0, 0
        self.markers: dict[int, Point] = {}
        self.held: set[int] = set()
        self.shown: dict[int, tuple[Point, float, float]] = {}  # place, sent when, since when
        self.delays: list[float] = []
        self.ages = [0] * (AGES + 1)  # +1 where a span of ages begins, -1 where it ends

    def apply(self, message: Json) -> None:
        """Take a snapshot or a tick."""
        self.markers |= {m[0]: point(m[1], m[2]) for m in message.get("markers", ())}
        self.held |= {m[0] for m in message.get("markers", ()) if m[4]}
        for change in message.get("changes", ()):
            self.run.counts["revision_gap"] += change["rev"] != self.rev + 1
            self.rev, marker = change["rev"], change.get("marker", 0)
            if "lat" in change:  # add, drop, release, place
                self.markers[marker] = point(change["lat"], change["lng"])
                self.held.discard(marker)
            elif change["kind"] == "grab":
                self.held.add(marker)
        self.rev = message["rev"]

    def take(self, frame: memoryview) -> None:
        """Decode a binary frame of positions; follow the age of some."""
        at, counts, (wide, zeros) = now(), self.run.counts, struct.unpack_from("<B3s", frame)
        count, rest = divmod(len(frame) - 4, 12 if wide == 2 else 10)
        if wide not in (1, 2) or any(zeros) or rest:
            counts["malformed_frame"] += 1
            return
        values = struct.unpack_from(f"<{2 * count}i{count}{' HI'[wide]}", frame, 4)
        measured = self.run.start <= at < self.run.end
        if measured:
            self.positions, self.bytes = self.positions + count, self.bytes + len(frame)
        for i, marker in enumerate(values[2 * count :]):
            counts["moved_while_not_held"] += marker not in self.held
            if marker not in self.shown:
                continue
            place, (before, sent, _) = (values[i], values[count + i]), self.shown[marker]
            moved = self.run.owner[marker].sent.get(place)
            if moved is None:
                counts["unknown_position"] += 1
            elif place != before:
                counts["out_of_order"] += moved < sent and before != NOWHERE
                self.aged(marker, at)
                self.shown[marker] = place, moved, at
                if measured:
                    self.delays.append(at - moved)

    def aged(self, marker: int, until: float) -> None:
        """Add the ages that a place had while it was on the map within the window measured."""
        _, sent, since = self.shown[marker]
        begun, ended = max(since, self.run.start), min(until, self.run.end)
        if ended > begun:
            self.ages[min(AGES, int((begun - sent) * 1e3))] += 1
            self.ages[min(AGES, int((ended - sent) * 1e3))] -= 1


class Client(WSListener):
    """A participant or a screen, which comes back when its connection is cut."""

    def __init__(self, run: Run, role: str, phase: float = 0.0, view: View | None = None) -> None:
        self.run, self.phase, self.view, self.pace, self.retry = run, phase, view, 10.0, 0.0
        self.hello = {"t": "hello", "as": role, "moves": "binary", "client": str(uuid.uuid4())}
        self.transport: WSTransport | None = None
        self.welcome: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.unanswered: dict[int, tuple[str, asyncio.Future[Json]]] = {}
        self.marker = self.grab = self.step = self.bytes = self.positions_bytes = self.code = 0
        self.home = random.uniform(-60, 60), random.uniform(-170, 170)
        self.at, self.task = NOWHERE, asyncio.ensure_future(asyncio.sleep(0))
        self.sent: dict[Point, float] = {}

    async def join(self) -> None:
        """Connect and say hello; after a failure again with backoff, unless the code says stop."""
        for limit in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0):
            await asyncio.sleep(self.retry + random.uniform(0, limit))
            self.retry, self.code = 0.0, 0
            self.welcome = asyncio.get_running_loop().create_future()
            protocol = {"Sec-WebSocket-Protocol": "map.v1"}
            try:
                await ws_connect(lambda: self, self.run.url, extra_headers=protocol)
                await asyncio.wait_for(self.welcome, 20)
            except (OSError, WSError, TimeoutError) as error:
                self.run.counts[f"no welcome: {type(error).__name__}"] += 1
                if self.transport:
                    self.transport.disconnect(graceful=False)
                if self.code in STOP:
                    break
            else:
                for frame, _ in self.unanswered.values():
                    self.send(frame)
                return
        raise ConnectionError(f"could not join, last close code {self.code}")

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The connection is open: say hello."""
        self.transport = transport
        self.send(json.dumps(self.hello))

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The connection has ended: come back, unless the run is over or the code says stop."""
        self.transport = None
        if self.run.over:
            return
        self.run.counts[f"disconnect {self.code or 'without a code'}"] += 1
        if self.code == 4401:
            self.hello.pop("token", None)
        if not self.welcome.done():
            self.welcome.set_exception(ConnectionError(f"closed with {self.code}"))
        elif self.code not in STOP:
            self.task = asyncio.ensure_future(self.join())

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Count what came; decode it if somebody looks at it."""
        kind, size = frame.msg_type, frame.payload_size
        self.bytes += size + (2 if size < 126 else 4 if size < 65_536 else 10)
        if kind == WSMsgType.BINARY:
            self.positions_bytes += size
            if self.view is not None:
                self.view.take(frame.get_payload_as_memoryview())
        elif kind == WSMsgType.TEXT:
            payload = frame.get_payload_as_bytes()
            if self.view is not None or not payload.startswith(SKIPPED):
                self.message(json.loads(payload))
        elif kind == WSMsgType.CLOSE:
            self.code = int.from_bytes(frame.get_payload_as_bytes()[:2], "big")
            transport.disconnect()

    def message(self, message: Json) -> None:
        """Take one message of the server."""
        kind, code, op = message["t"], message.get("code"), message.get("op", 0)
        if kind in ("error", "refused"):
            self.run.counts[f"{kind} {code}"] += 1
        if kind == "welcome":
            self.hello |= {"token": message["token"]} if "token" in message else {}
            self.pace = message["limits"]["moves_per_second"]
            self.welcome.set_result(message)
        elif kind == "pace":
            self.pace = message["moves_per_second"]
        elif kind == "bye":
            self.retry = message.get("retry_ms", 0) / 1e3
        elif kind in ("snapshot", "tick") and self.view is not None:
            self.view.apply(message)
        elif op in self.unanswered and code in ("unavailable", "too_many_unanswered"):
            asyncio.get_running_loop().call_later(3, self.send, self.unanswered[op][0])
        elif op in self.unanswered and not (answer := self.unanswered.pop(op)[1]).done():
            answer.set_result(message)

    def send(self, frame: str) -> None:
        """Send a frame; without a connection it is lost (`join` sends changes again)."""
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, frame)

    async def change(self, kind: str, op: int, **fields: Any) -> Json:
        """Make a change and wait for its answer."""
        frame = json.dumps({"t": kind, "op": op, **fields})
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.unanswered[op] = frame, answer
        self.send(frame)
        return await asyncio.wait_for(answer, 60)

    def walk(self) -> Json:
        """Go to the next place: around home, never the same within what is remembered."""
        self.step += 1
        turn = 0.37 * self.step
        self.at = point(self.home[0] + 2 * math.sin(turn), self.home[1] + 2 * math.cos(turn))
        return {"lat": self.at[0] / 1e6, "lng": self.at[1] / 1e6}

    def move(self, at: float) -> None:
        """Send the next move and remember when."""
        if self.transport is None:
            return
        place = self.walk()
        self.sent[self.at] = at
        if len(self.sent) > REMEMBERED:
            del self.sent[next(iter(self.sent))]
        self.run.moves += 1
        self.send(
            f'{{"t":"move","marker":{self.marker},"grab":{self.grab},'
            f'"lat":{place["lat"]},"lng":{place["lng"]}}}'
        )

    async def add(self) -> None:
        """Join and put the marker on the map."""
        await self.join()
        self.marker = (await self.change("add", 1, **self.walk())).get("marker", 0)
        self.run.owner[self.marker] = self

    async def hold(self) -> None:
        """Grab the marker and move it from now on."""
        self.grab = (await self.change("grab", 2, marker=self.marker)).get("rev", 0)
        if self.grab:
            self.run.schedule(self)

    async def drop(self) -> None:
        """Put the marker down at one more place."""
        place = self.walk()
        answer = await self.change("drop", 3, marker=self.marker, grab=self.grab, **place)
        if answer.get("code") == "stale_grab":
            await self.change("place", 4, marker=self.marker, **place)


async def verify(run: Run, views: list[View]) -> Json:
    """Compare where the owners have put their markers with a fresh connection's state."""
    view = View(run)
    fresh = Client(run, "screen", view=view)
    await fresh.join()
    rev = (await fresh.welcome)["rev"]
    for _ in range(200):
        await asyncio.sleep(0.05)
        if all(each.rev >= rev for each in [view, *views]):
            break
    wrong = [sum(v.markers.get(p.marker) != p.at for p in run.people) for v in [view, *views]]
    held = sum(person.marker in view.held for person in run.people)
    return {"lost": wrong[0], "still_held": held, "wrong_at_live_observers": sum(wrong[1:])}


def seen(run: Run, views: list[View]) -> Json:
    """The view of some observers: positions a second, and their ages."""
    for view in views:
        for marker in view.shown:
            view.aged(marker, run.end)
    spans = accumulate(map(sum, zip(*(view.ages for view in views), strict=True)))
    weight = list(accumulate(spans)) or [0]  # of all ages up to this millisecond
    positions = sum(view.positions for view in views) / (run.end - run.start)
    return {
        "observers": len(views),
        "positions_per_second_each": round(positions / max(1, len(views)), 1),
        "delay_ms": percentiles([delay for view in views for delay in view.delays]),
        "age_ms": {f"p{p}": bisect_left(weight, weight[-1] * p / 100) for p in (50, 95, 99)},
    }


async def measure(args: argparse.Namespace) -> Json:
    """The whole run, from joining to verifying."""
    run = Run(args.url, args.people)
    screens = [Client(run, "screen", view=View(run)) for _ in range(args.screens)]
    observers = [*run.people[:: max(1, args.people // args.observers)][: args.observers], *screens]
    for client in observers:
        client.view = client.view or View(run)
    views = [client.view for client in observers if client.view]
    for screen in screens:
        await screen.join()
    await run.everybody(Client.add)
    gc.freeze()
    gc.disable()  # its pauses would be taken for the server's
    driving = asyncio.ensure_future(run.drive())
    await run.everybody(Client.hold)
    await asyncio.sleep(args.settle)
    moving = [person for person in run.people if person.grab]
    step = math.ceil(len(moving) / TRACKED) or 1
    for i, view in enumerate(views):
        followed = [person.marker for person in moving[i % step :: step] if person.view != view]
        view.shown = {marker: (NOWHERE, now(), now()) for marker in followed}
    await asyncio.sleep(1)
    before, moves, cpu, run.start = run.received(), run.moves, time.process_time(), now()
    await asyncio.sleep(args.seconds)
    run.end, cpu, moves = now(), time.process_time() - cpu, run.moves - moves
    all_bytes, positions_bytes = (a - b for a, b in zip(run.received(), before, strict=True))
    run.moving, seconds = False, run.end - run.start
    await driving
    await run.everybody(Client.drop)
    decoded = views[: len(views) - len(screens)]
    density = sum(v.positions for v in decoded) / max(1, sum(v.bytes for v in decoded))
    late, share = percentiles(run.late), cpu / seconds
    report = {
        "people": args.people,
        "moves_sent_per_second": round(moves / seconds, 1),
        "pace": sorted({person.pace for person in run.people}),
        "positions_per_second_to_all_phones": round(positions_bytes * density / seconds, 1),
        "bytes_per_position": round(all_bytes / max(1, positions_bytes * density), 2),
        "phones": seen(run, decoded),
        "screens": seen(run, views[len(decoded) :]),
        "markers_at_the_end": await verify(run, views),
        "counts": {what: n for what, n in sorted(run.counts.items()) if n},
        "own_late_ms": late,
        "own_cpu_share": round(share, 3),
        "generator_was_the_bottleneck": late.get("p99", 0) > 50 or share > 0.9,
    }
    run.over = True
    for client in [*run.people, *screens]:
        if client.transport:
            client.transport.disconnect()
    return report


def create_room(address: str) -> str:
    """Open a room at an http address; the address of its websocket."""
    url, kind = address.rstrip("/") + "/api/rooms", {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, b"{}", kind), timeout=10) as answer:
        code: str = json.load(answer)["code"]
    return f"ws{address.rstrip('/').removeprefix('http')}/ws/{code}"


def sentence(report: Json) -> str:
    """The report for people."""
    phones, lost = report["phones"], report["markers_at_the_end"]["lost"]
    return (
        f"{report['people']} people moved {report['pace']} times a second; their phones got "
        f"{report['positions_per_second_to_all_phones']:.0f} positions a second, p99 "
        f"{phones['delay_ms'].get('p99')} ms after they were sent; what they showed was "
        f"{phones['age_ms']['p50']} ms old (p99 {phones['age_ms']['p99']} ms). "
        + (f"{lost} markers are not where they were put." if lost else "Nothing was lost.")
        + (" The generator was the bottleneck." if report["generator_was_the_bottleneck"] else "")
    )


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description="A load generator for capacity.")
    parser.add_argument("url", help="ws://host/ws/<code>, or http://host to open a room first")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10, help="how long to measure")
    parser.add_argument("--observers", type=int, default=10, help="phones that decode")
    parser.add_argument("--screens", type=int, default=1, help="screens, which decode too")
    parser.add_argument("--settle", type=float, default=2, help="seconds before measuring")
    args = parser.parse_args()
    args.observers = max(1, min(args.observers, args.people))
    if args.url.startswith("http"):
        args.url = create_room(args.url)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    report = uvloop.run(measure(args))
    print(json.dumps(report), sentence(report), sep="\n")


if __name__ == "__main__":
    main()
