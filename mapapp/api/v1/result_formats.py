"""A room's results as GeoJSON, CSV and JSON (docs/PROTOCOL.md, section 8).

Each format is a generator of small pieces, so that memory does not grow with the
room. Fields are only ever added.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec

from mapapp.rooms.results import ResultActivity, ResultMarker, Results

# Of a degree: a tenth of a metre, as in frames, and what RFC 7946 recommends at most.
_DECIMALS = 6
# A spreadsheet takes a text that begins so for a formula, also where it is quoted.
# The last ones are their full-width forms, which Japanese and Chinese versions take, too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_COLUMNS = (
    *("marker", "activity", "question", "lat", "lng", "label", "colour", "icon"),
    *("person", "name", "added", "changed"),
    *("zone", "zone_label", "km", "place", "before_lat", "before_lng", "pinned"),
)

_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """How results are written; `ending` is that of the address and of the file."""

    ending: str
    content_type: str
    write: Callable[[Results], Iterator[bytes]]


def geojson(results: Results) -> Iterator[bytes]:
    """A FeatureCollection of points (RFC 7946): WGS 84, longitude first."""
    yield b'{"type":"FeatureCollection","features":['
    yield from _listed(_feature(marker) for marker in results.markers())
    yield b"]}\n"


def csv_table(results: Results) -> Iterator[bytes]:
    """A row for each marker (RFC 4180), in UTF-8.

    The byte order mark is for spreadsheets, which would otherwise take umlauts for
    something else.
    """
    questions = {one.position: one.activity.question for one in results.activities()}
    lines = _Lines()
    table = csv.writer(lines)
    yield b"\xef\xbb\xbf"
    for row in chain([_COLUMNS], (_row(m, questions) for m in results.markers())):
        table.writerow(row)
        yield lines.last.encode()


def json_object(results: Results) -> Iterator[bytes]:
    """All of it: the room, its activities, its people and its markers."""
    room = {
        "code": results.code,
        "title": results.title,
        "question": results.question,
        "activity": results.activity,
        "phase": results.phase,
        "created": _time(results.created),
    }
    yield b'{"room":%b,"revision":%d,"activities":[' % (_encode(room), results.revision)
    yield from _listed(_activity(activity) for activity in results.activities())
    yield b'],"people":['
    yield from _listed({"person": p.number, "name": p.name} for p in results.people())
    yield b'],"markers":['
    yield from _listed(_marker(marker) for marker in results.markers())
    yield b"]}\n"


RESULT_FORMATS = {
    known.ending: known
    for known in (
        ResultFormat("geojson", "application/geo+json", geojson),
        ResultFormat("csv", "text/csv; charset=utf-8; header=present", csv_table),
        ResultFormat("json", "application/json", json_object),
    )
}


def harmless(text: str) -> str:
    """The text for a cell of a spreadsheet: one that would be a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Lines:
    """A file as `csv.writer` sees it, which keeps the last line."""

    last = ""

    def write(self, line: str) -> None:
        self.last = line


def _listed(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The items of a JSON array, one on each line."""
    separator = b"\n"
    for item in items:
        yield separator + _encode(item)
        separator = b",\n"


def _feature(marker: ResultMarker) -> dict[str, Any]:
    properties = _marker(marker)
    lat, lng = properties.pop("lat"), properties.pop("lng")
    return {
        "type": "Feature",
        "id": marker.number,
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
        "properties": properties,
    }


def _marker(marker: ResultMarker) -> dict[str, Any]:
    score, before = marker.score, marker.before
    return {
        "marker": marker.number,
        "activity": marker.activity,
        "lat": round(marker.lat, _DECIMALS),
        "lng": round(marker.lng, _DECIMALS),
        "label": marker.label,
        "colour": marker.colour,
        "icon": marker.icon,
        "person": marker.person or None,
        "name": marker.name,
        "added": _time(marker.added),
        "changed": _time(marker.changed),
        "zone": score.zone,
        "zone_label": score.zone_label,
        "km": score.km,
        "place": score.place,
        "before_lat": None if before is None else round(before[0], _DECIMALS),
        "before_lng": None if before is None else round(before[1], _DECIMALS),
        "pinned": marker.pinned,
    }


def _row(marker: ResultMarker, questions: dict[int, str]) -> list[Any]:
    fields = _marker(marker)
    fields |= {
        "question": harmless(questions.get(marker.activity, "")),
        "label": harmless(marker.label),
        "name": harmless(marker.name),
        "zone_label": harmless(marker.score.zone_label),
        "pinned": int(marker.pinned),
    }
    for name in ("lat", "lng", "before_lat", "before_lng"):
        if fields[name] is not None:
            # `str` would write a very small number as 1e-06, which some readers take for text.
            fields[name] = f"{fields[name]:.{_DECIMALS}f}"
    return [fields[column] for column in _COLUMNS]


def _activity(one: ResultActivity) -> dict[str, Any]:
    """As `POST /api/rooms` takes activities, its position, and how far it has come."""
    activity = one.activity
    return {
        "position": one.position,
        **activity.plan(),
        "stage": activity.stage,
        "round": activity.round,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
