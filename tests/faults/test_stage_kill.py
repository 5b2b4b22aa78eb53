"""`kill -9` while a host presses "reveal" or "next": all agree, and nothing has leaked."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from testkit.client import Client, Room, agree, all_see, create_room
from testkit.server import ServerProcess
from tests.faults.conftest import Pair

LABEL = "By the old mill"
ACTIVITIES = [
    {"question": "Where?", "settings": {"hidden": True}},
    {"question": "And then?", "kind": "guess", "settings": {"answer": LABEL}},
]
TIMES = 3


class Spy(Client):
    """Keeps everything that it is told over all its connections."""

    def __init__(self, *addresses: str, **options: Any) -> None:
        super().__init__(*addresses, comes_back=True, **options)
        self.told: list[str] = []

    def _take(self, raw: str | bytes) -> None:
        self.told.append(raw if isinstance(raw, str) else raw.decode())
        super()._take(raw)

    def knows(self, label: str) -> bool:
        return any(json.dumps(label) in text for text in self.told)


class Session:
    """A host, somebody who answers, and spies; each with the addresses that they may use."""

    def __init__(self, room: Room, addresses: list[str], stack: AsyncExitStack) -> None:
        self._stack = stack
        self._addresses = addresses
        self._key = room.host_key
        self.everybody: list[Spy] = []

    async def come(self, role: str = "participant", *, turned: bool = False) -> Spy:
        addresses = self._addresses[::-1] if turned else self._addresses
        spy = Spy(*addresses, role=role, key=self._key if role == "host" else None)
        self.everybody.append(await self._stack.enter_async_context(spy))
        return spy

    async def begin(self) -> None:
        self.host = await self.come("host")
        self.ada = await self.come(turned=True)
        self.spies = [await self.come(), await self.come("screen"), await self.come(turned=True)]
        await self.ada.change("add", lat=61.5, lng=14.5, label=LABEL)

    async def press(
        self, kill: Callable[[], None], back: Callable[[], None], **change: Any
    ) -> None:
        """Press a button, kill the host's process before the answer, and wait for the end."""
        answer = await self.host.submit(change.pop("t"), **change)
        kill()
        back()
        found = await answer
        assert found["t"] == "ack", found
        told = found["rev"]
        await all_see(self.everybody, lambda client: client.state.rev >= told, "the step", 30)
        await agree(*self.spies, seconds=30)

    def assert_nothing_leaked(self) -> None:
        for spy in self.spies:
            assert not spy.knows(LABEL), spy
            assert not spy.state.markers


def stage(stage: str, before: str, activity: int = 1) -> dict[str, Any]:
    saw = {"activity": activity, "stage": before, "round": 1}
    return {"t": "stage", "stage": stage, "from": saw}


async def play(session: Session, kill: Callable[[], None], back: Callable[[], None]) -> None:
    await session.begin()
    for _ in range(TIMES):
        await session.press(kill, back, **stage("closed", "answer"))
        await session.press(kill, back, **stage("answer", "closed"))
    session.assert_nothing_leaked()
    await session.press(kill, back, t="go", activity=2)
    assert {c.state.activity for c in session.everybody} == {2}
    session.assert_nothing_leaked()
    await session.press(kill, back, t="go", activity=1)
    await session.press(kill, back, **stage("closed", "answer"))
    session.assert_nothing_leaked()
    await session.press(kill, back, **stage("revealed", "closed"))
    for client in session.everybody:
        assert client.state.stage == "revealed"
        assert [marker.label for marker in client.state.markers.values()] == [LABEL]


@pytest.mark.timeout(300)
async def test_with_one_process(server: ServerProcess) -> None:
    """SQLite (D1, X1, L1)."""
    room = await create_room(server, activities=ACTIVITIES)
    async with AsyncExitStack() as stack:
        session = Session(room, [room.at(server)], stack)
        await play(session, server.kill, server.start)
    server.assert_clean_log()


@pytest.mark.timeout(300)
async def test_with_two_processes(pair: Pair) -> None:
    """PostgreSQL and Redis: the host goes on in the other one."""
    room = await create_room(pair.one, activities=ACTIVITIES)
    async with AsyncExitStack() as stack:
        session = Session(room, [room.at(pair.one), room.at(pair.other)], stack)
        await play(session, pair.one.kill, pair.one.start)
    pair.other.assert_clean_log()
