"""A client's replica of a room, kept up to date exactly as docs/PROTOCOL.md says.

Written from that document alone, so that it cannot share a mistake with the
server's code. Anything that the contract rules out raises `ContractBroken`.
"""

from dataclasses import astuple, dataclass, field
from typing import Any

Frame = dict[str, Any]
"""One message of `map.v1`."""


class ContractBroken(AssertionError):
    """The server sent something that docs/PROTOCOL.md rules out."""


@dataclass
class Marker:
    """A marker's fields in a snapshot's order; `owner` and `holder` are people, 0 for nobody."""

    number: int
    lat: float
    lng: float
    owner: int
    holder: int
    grab: int
    colour: int
    icon: int
    label: str


@dataclass
class Mirror:
    """A room's state at `rev`; -1 before the first snapshot."""

    epoch: str = ""
    rev: int = -1
    title: str = ""
    question: str = ""
    rules: str = ""
    phase: str = ""
    activity: int = 0
    stage: str = ""
    round: int = 1
    names: dict[int, str] = field(default_factory=dict)
    markers: dict[int, Marker] = field(default_factory=dict)
    # Connected now, in the whole room.
    people: int = -1
    screens: int = -1

    def snapshot(self, frame: Frame) -> None:
        """Replace everything but the counts of who is connected."""
        self.epoch, self.rev = frame["epoch"], frame["rev"]
        self.title, self.question = frame["title"], frame["question"]
        self.rules, self.phase = frame["rules"], frame["phase"]
        self.activity, self.stage = frame["activity"], frame["stage"]
        self.round = frame["round"]
        self.names = dict(frame["people"])
        self.markers = {fields[0]: Marker(*fields) for fields in frame["markers"]}

    def tick(self, frame: Frame) -> None:
        """Apply the changes in order, then the moves."""
        for change in frame["changes"]:
            if change["rev"] != self.rev + 1:
                raise ContractBroken(f"change {change['rev']} came after revision {self.rev}")
            self._apply(change)
            self.rev = change["rev"]
        if frame["rev"] != self.rev:
            raise ContractBroken(f"a tick at {frame['rev']} ended at {self.rev}")
        for number, lat, lng in frame["moves"]:
            marker = self.markers.get(number)
            if marker is None or not marker.holder:
                raise ContractBroken(f"a move of marker {number}, which nobody holds")
            marker.lat, marker.lng = lat, lng
        self.people = frame.get("people", self.people)
        self.screens = frame.get("screens", self.screens)

    def _apply(self, change: Frame) -> None:
        by = change.get("by", 0)
        match change["kind"]:
            case "person":
                if change.get("listed", True):
                    self.names[change["person"]] = change["name"]
            case "add":
                self.markers[change["marker"]] = Marker(
                    change["marker"],
                    *(change["lat"], change["lng"], by, 0, 0),
                    *(change["colour"], change["icon"], change["label"]),
                )
            case "grab":
                marker = self.markers[change["marker"]]
                marker.holder, marker.grab = by, change["rev"]
            case "drop" | "release":
                marker = self.markers[change["marker"]]
                marker.lat, marker.lng = change["lat"], change["lng"]
                marker.holder, marker.grab = 0, 0
            case "place":
                marker = self.markers[change["marker"]]
                marker.lat, marker.lng = change["lat"], change["lng"]
            case "edit":
                marker = self.markers[change["marker"]]
                for name in change.keys() & {"label", "colour", "icon"}:
                    setattr(marker, name, change[name])
            case "remove":
                del self.markers[change["marker"]]
            case "putback":
                self.markers[change["marker"]] = Marker(
                    change["marker"],
                    *(change["lat"], change["lng"], change["owner"], 0, 0),
                    *(change["colour"], change["icon"], change["label"]),
                )
            case "count":
                known = self.markers.get(change["marker"])
                owner, colour = change["person"], change["colour"]
                new = Marker(change["marker"], 0, 0, owner, 0, 0, colour, 0, "")
                marker = self.markers[change["marker"]] = known or new
                marker.lat, marker.lng = change["lat"], change["lng"]
            case "lock":
                self._to("closed" if self.stage == "answer" else self.stage)
            case "unlock":
                self._to("answer")
            case "stage":
                self._to(change["stage"])
                self.round = change.get("round", self.round)
            case "close":
                self.phase = "closed"
            case "question":
                self.question = change["question"]
            case "title":
                self.title = change["title"]

    def _to(self, stage: str) -> None:
        self.stage = stage
        self.phase = "open" if stage == "answer" else "locked"

    def position(self, number: int) -> tuple[float, float] | None:
        """A marker's latitude and longitude in degrees; None if it is unknown."""
        marker = self.markers.get(number)
        return (marker.lat, marker.lng) if marker else None

    def holder(self, number: int) -> int:
        """The number of the person who holds a marker, 0 for nobody."""
        marker = self.markers.get(number)
        return marker.holder if marker else 0

    def digest(self) -> tuple[object, ...]:
        """Equal for equal states (O4)."""
        return (
            *(self.epoch, self.rev, self.title, self.question, self.rules, self.phase),
            *(self.activity, self.stage, self.round),
            tuple(sorted(self.names.items())),
            tuple(astuple(self.markers[number]) for number in sorted(self.markers)),
        )

    def difference(self, other: "Mirror") -> str:
        """The first differences from another state (O4); empty if both are equal."""
        if self.digest() == other.digest():
            return ""
        mine, theirs = self.digest()[:9], other.digest()[:9]
        differences = [f"{mine} against {theirs}"] if mine != theirs else []
        for number in sorted(self.markers.keys() | other.markers.keys()):
            one, two = self.markers.get(number), other.markers.get(number)
            if one != two:
                differences.append(f"{one} against {two}")
        if self.names != other.names:
            differences.append(f"names {sorted(self.names.items() ^ other.names.items())[:4]}")
        return "; ".join(differences[:4])
