"""What somebody asks for (an operation), who asks (an actor), and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True, frozen=True)
class Add:
    lat: float
    lng: float
    label: str = ""
    colour: int | None = None
    icon: int = 0


@dataclass(slots=True, frozen=True)
class Grab:
    """`unmoved_since`, here and below, is a revision: done only if nobody has moved the
    marker since; 0 to do it in any case.
    """

    marker: int
    unmoved_since: int = 0


@dataclass(slots=True, frozen=True)
class Drop:
    marker: int
    grab: int
    lat: float
    lng: float
    unmoved_since: int = 0


@dataclass(slots=True, frozen=True)
class Place:
    marker: int
    lat: float
    lng: float
    unmoved_since: int = 0


@dataclass(slots=True, frozen=True)
class Edit:
    marker: int
    label: str | None = None
    colour: int | None = None
    icon: int | None = None


@dataclass(slots=True, frozen=True)
class Remove:
    marker: int


@dataclass(slots=True, frozen=True)
class Name:
    name: str


@dataclass(slots=True, frozen=True)
class Lock:
    pass


@dataclass(slots=True, frozen=True)
class Unlock:
    pass


@dataclass(slots=True, frozen=True)
class Question:
    question: str


@dataclass(slots=True, frozen=True)
class Ban:
    person: int


@dataclass(slots=True, frozen=True)
class Expel:
    """Many are removed at once: who came in the last `seconds`, or from where person `like` did.

    One of the two is given, the other is 0.
    """

    seconds: int = 0
    like: int = 0


@dataclass(slots=True, frozen=True)
class Door:
    """Whether newcomers may come in."""

    open: bool


@dataclass(slots=True, frozen=True)
class EndHold:
    """A host ends somebody's hold, leaving the marker where it was last seen."""

    marker: int
    lat: float = 0.0
    lng: float = 0.0


@dataclass(slots=True, frozen=True)
class Close:
    pass


@dataclass(slots=True, frozen=True)
class Rotate:
    """A new key takes the place of the host's own. `key_hash` is its SHA-256 in hex."""

    key_hash: str


@dataclass(slots=True, frozen=True)
class Revoke:
    """A host key, by its number, steers no more."""

    key: int


@dataclass(slots=True, frozen=True)
class Pair:
    """The server exchanges a one-time code for a host key, both given by their hashes."""

    code_hash: str
    key_hash: str
    label: str = ""


@dataclass(slots=True, frozen=True)
class Release:
    """The server ends a hold (H2), leaving the marker where it was last seen.

    `certain` is true when the process saw it itself: the holder has left it,
    or sits there and does not move. Otherwise the lease must be over.
    """

    marker: int
    grab: int
    lat: float
    lng: float
    certain: bool


Operation = (
    Add
    | Grab
    | Drop
    | Place
    | Edit
    | Remove
    | Name
    | Lock
    | Unlock
    | Question
    | Ban
    | Expel
    | Door
    | EndHold
    | Close
    | Rotate
    | Revoke
    | Pair
    | Release
)
MARKER_OPERATIONS = (Grab, Drop, Place, Edit, Remove, Release, EndHold)
HOST_OPERATIONS = (*(Lock, Unlock, Question, Ban, Expel, Door, EndHold, Close, Rotate, Revoke),)


@dataclass(slots=True, frozen=True)
class Actor:
    """Who asks. `name` and `came_from` are used if this becomes the person's first change.

    `came_from` is the keyed hash of their network address, "" if it is not known.
    `key` is the number of the host key that makes them a host.
    """

    id: UUID
    name: str
    host: bool = False
    came_from: str = ""
    key: int = 0


@dataclass(slots=True, frozen=True)
class Submission:
    """An operation on its way to the store.

    `client` and `op` make it safe to send twice (D2). The server's own
    operations have no actor and no client.
    """

    room: UUID
    operation: Operation
    actor: Actor | None = None
    client: UUID | None = None
    op: int = 0


@dataclass(slots=True, frozen=True)
class Answer:
    """What became of a submission.

    Accepted when `code` is empty: then `revision` is that of its change, and
    `marker` and `person` are the numbers it was about and of who made it.
    """

    revision: int = 0
    marker: int = 0
    person: int = 0
    code: str = ""
    message: str = ""
    by: int = 0
    name: str = ""
