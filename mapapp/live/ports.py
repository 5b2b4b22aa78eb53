"""What the live side needs from outside: a store, a channel layer, and a link to each client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.domain.storing import Committed, StoredRoom, Submission
from mapapp.protocol.framing import Frame


class Store(Protocol):
    """Durable rooms; see `mapapp.storage.store.DatabaseStore`. Its methods block.

    `disconnect` lets go of what the calling thread holds open.
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
    """The part of Channels' layer API that is used here."""

    async def new_channel(self) -> str: ...
    async def receive(self, channel: str) -> dict[str, Any]: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...


class NoHub(Exception):
    """This process may not serve rooms; the message says why."""


class Link(Protocol):
    """The way to one client.

    `ready` is false while it cannot take more data now; `on_ready` is then
    called once it can. `taken_at` is when the client last took a part of what
    had to wait, in the loop's seconds: a slow line takes its time over a large
    snapshot. `send` never waits. `limit_waiting` asks that no more than about
    so many bytes wait on the way, because they grow old there; a link that
    cannot see them ignores it. `close` sends the close code after
    what was sent before; with `abort` the link is cut if that cannot be
    delivered.

    `hear` may be set to take short text frames as they arrive, without a
    queue or a task between; it returns whether it has taken the payload, and
    what it leaves comes the ordinary way. A link need not call it.
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
