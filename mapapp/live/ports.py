"""The live side's ports: a store, a channel layer, and a link to each client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.domain.results.answers import Answer, Context
from mapapp.domain.storing import Committed, StoredRoom, Submission
from mapapp.protocol.framing import Frame


class Store(Protocol):
    """Durable rooms; see `mapapp.storage.store.DatabaseStore`. Its methods block.

    `disconnect` closes the calling thread's connection.
    """

    def open(self, code: str) -> StoredRoom | None: ...
    def changes_since(self, room: UUID, revision: int, limit: int) -> list[Change]: ...
    def revisions(self, rooms: Iterable[UUID]) -> dict[UUID, int]: ...
    def renew(self, room: UUID, grabs: Sequence[int], seconds: float) -> None: ...
    def note_use(self, room: UUID, key: int) -> None: ...
    def commit(self, submissions: Sequence[Submission]) -> Committed: ...
    def follow_clock(self, rooms: Collection[UUID]) -> Mapping[UUID, float]: ...
    def disconnect(self) -> None: ...


class ChannelLayer(Protocol):
    """The part of Channels' layer API in use here."""

    async def new_channel(self) -> str: ...
    async def receive(self, channel: str) -> dict[str, Any]: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...


class WorkedOut(Protocol):
    """A result: the fields of everybody's, and the JSON object of each person's own.

    `seconds` is what it cost: processor time, and the wait for results of other rooms.
    """

    @property
    def shared(self) -> dict[str, Any]: ...
    @property
    def own(self) -> Mapping[int, bytes]: ...
    @property
    def seconds(self) -> float: ...


class WorkOut(Protocol):
    """Works a result out elsewhere; see `mapapp.summaries.calculator.Calculator`.

    Raises `NoResult`. What each person is told is only asked for if it is `personal`.
    """

    async def __call__(
        self, context: Context, answers: Sequence[Answer], *, personal: bool
    ) -> WorkedOut: ...


class NoHub(Exception):
    """This process may not serve rooms; the message says why."""


class Link(Protocol):
    """The connection to one client.

    `ready` is false while it cannot take more data; `on_ready` is called once it
    can again. `taken_at` is when the client last took some of the waiting bytes, in
    the loop's seconds: a slow line takes its time over a large snapshot. `send`
    never waits. `limit_waiting` caps the bytes waiting on the way, roughly, because
    queued positions go stale; a link that cannot see them ignores it. `close` sends
    the close code after everything sent before; with `abort` the link is cut if that
    cannot be delivered.

    `hear` may be set to take short text frames as they arrive, without a queue or a
    task in between; it returns whether it has taken the payload, and other frames
    take the ordinary way. A link need not call it.
    """

    on_ready: Callable[[], None]
    hear: Callable[[bytes], bool] | None

    @property
    def ready(self) -> bool: ...
    @property
    def taken_at(self) -> float: ...
    def send(self, frame: Frame) -> None: ...
    def limit_waiting(self, size: int) -> None: ...
    def close(self, code: int, *, abort: bool = False) -> None: ...
