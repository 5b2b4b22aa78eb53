"""The ground under the markers of an activity: a map, or an empty plane; and its zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from mapapp.domain.fields import (
    BOX,
    LATITUDE,
    LONGITUDE,
    BadValue,
    Decimal,
    Field,
    Flag,
    Numbers,
    OneOf,
    Several,
    Text,
    read,
    read_object,
)
from mapapp.domain.text import LABEL_LIMIT

STREETS, OUTLINE, PLANE = "streets", "outline", "plane"

# A plane is the square around the origin, so many degrees to each side. There the map's
# projection stretches nothing by more than 0.02 %.
PLANE_DEGREES = 1.0

ZONES_LIMIT = 20
_ID_LIMIT, _AXIS_LIMIT = 20, 40
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")

Point = tuple[float, ...]
"""Latitude and longitude in degrees; on a plane y and x."""


@dataclass(slots=True, frozen=True)
class Zone:
    """A named part of a surface: the area within `corners`, a polygon."""

    id: str
    label: str
    corners: tuple[Point, ...]
    # South, west, north, east, if it was given as a box.
    box: tuple[float, ...] | None = None

    def has(self, lat: float, lng: float) -> bool:
        """Whether a position is in it: by the number of edges that a line to the west crosses."""
        inside = False
        south_lat, south_lng = self.corners[-1]
        for north_lat, north_lng in self.corners:
            if (north_lat > lat) != (south_lat > lat):
                share = (lat - south_lat) / (north_lat - south_lat)
                if lng < south_lng + share * (north_lng - south_lng):
                    inside = not inside
            south_lat, south_lng = north_lat, north_lng
        return inside

    def data(self) -> dict[str, Any]:
        """As on the wire."""
        shape = {"box": self.box} if self.box else {"polygon": self.corners}
        return {"id": self.id, "label": self.label, **shape}


@dataclass(slots=True, frozen=True)
class Surface:
    """The ground under the markers, and its first view (WGS 84 degrees, zoom level).

    `kind`: STREETS (the operator's tiles, or else the outline), OUTLINE or PLANE.
    `names`: whether places are labelled. `bounds` (south, west, north, east) is the
    part that can be shown, `min_zoom` and `max_zoom` how near. `axes` are the names
    of a plane's ends: left and right, and perhaps bottom and top.
    """

    lat: float = 20.0
    lng: float = 10.0
    zoom: float = 2.0
    kind: str = STREETS
    names: bool = True
    bounds: tuple[float, ...] | None = None
    min_zoom: float | None = None
    max_zoom: float | None = None
    axes: tuple[tuple[str, ...], ...] = ()
    zones: tuple[Zone, ...] = field(default=())

    # Those that are None are left out of `data`.
    _PLAIN: ClassVar[tuple[str, ...]] = ("kind", "names", "bounds", "min_zoom", "max_zoom")

    def has(self, lat: float, lng: float) -> bool:
        """Whether a marker may be there: on the square, if it is a plane."""
        return self.kind != PLANE or max(abs(lat), abs(lng)) <= PLANE_DEGREES

    def nearest(self, lat: float, lng: float) -> Point:
        """The position on this surface that is nearest to another."""
        if self.kind != PLANE:
            return lat, lng
        lat, lng = (max(-PLANE_DEGREES, min(PLANE_DEGREES, value)) for value in (lat, lng))
        return lat, lng

    def zone_at(self, lat: float, lng: float) -> str:
        """The first zone there, by its id; "" for none."""
        return next((zone.id for zone in self.zones if zone.has(lat, lng)), "")

    def rest(self) -> dict[str, Any]:
        """All but the view, as on the wire; values that are not set are left out."""
        values = {name: getattr(self, name) for name in self._PLAIN}
        data = {name: value for name, value in values.items() if value is not None}
        if self.axes:
            data["axes"] = dict(zip(("x", "y"), self.axes, strict=False))
        if self.zones:
            data["zones"] = [zone.data() for zone in self.zones]
        return data

    def data(self) -> dict[str, Any]:
        """As on the wire."""
        return {"view": {"lat": self.lat, "lng": self.lng, "zoom": self.zoom}, **self.rest()}


_VIEW = {
    # The projection of the map ends at 85 degrees.
    "lat": Decimal(None, -85, 85),
    "lng": Decimal(None, -180, 180),
    "zoom": Decimal(None, 0, 19),
}
_ENDS = Several(Text(_AXIS_LIMIT), 2, 2, default=None)
_POLYGON = Several(Numbers((LATITUDE, LONGITUDE)), 3, 50)
_ZOOM = Decimal(None, 0, 19)
_FIELDS: dict[str, Field] = {
    "kind": OneOf((STREETS, OUTLINE, PLANE), STREETS),
    "names": Flag(True),
    "bounds": BOX,
    "min_zoom": _ZOOM,
    "max_zoom": _ZOOM,
}


def read_view(given: Any, path: str = "view") -> Surface:
    """A surface with this first view, its three numbers. Raises `BadValue`."""
    given = read_object(given, path)
    view = read(_VIEW, given, path)
    for name, value in view.items():
        if value is None:
            least, most = _VIEW[name].least, _VIEW[name].most
            raise BadValue(f"{path}.{name}", f"Expected a number from {least:g} to {most:g}.")
    return Surface(view["lat"], view["lng"], view["zoom"])


def read_surface(given: Any) -> Surface:
    """The surface that an object on the wire describes. Raises `BadValue`."""
    rest = dict(read_object(given))
    view, axes = rest.pop("view", None), rest.pop("axes", None)
    zones = rest.pop("zones", ())
    values = read(_FIELDS, rest)
    is_plane = values["kind"] == PLANE
    if bounds := values["bounds"]:
        _check_box("bounds", bounds)
    least, most = values["min_zoom"], values["max_zoom"]
    if least is not None and most is not None and least > most:
        raise BadValue("max_zoom", "Expected at least min_zoom.")
    if axes is not None and not is_plane:
        raise BadValue("axes", "Only a plane has axes.")
    usual = Surface(0.0, 0.0, 8.0) if is_plane else Surface()
    start = usual if view is None else read_view(view)
    return replace(
        start,
        **values,
        axes=() if axes is None else _read_axes(axes),
        zones=_read_zones(zones),
    )


def _read_axes(given: Any) -> tuple[tuple[str, ...], ...]:
    axes = read({"x": _ENDS, "y": _ENDS}, given, "axes")
    if axes["x"] is None:
        raise BadValue("axes.x", "Expected the names of both ends.")
    return (axes["x"],) if axes["y"] is None else (axes["x"], axes["y"])


def _read_zones(given: Any) -> tuple[Zone, ...]:
    if type(given) not in (list, tuple) or len(given) > ZONES_LIMIT:
        raise BadValue("zones", f"Expected a list of at most {ZONES_LIMIT}.")
    zones = tuple(_read_zone(one, f"zones[{index}]") for index, one in enumerate(given))
    ids = [zone.id for zone in zones]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            raise BadValue(f"zones[{index}].id", "Another zone has this id.")
    return zones


def _read_zone(given: Any, path: str) -> Zone:
    fields: dict[str, Field] = {
        "id": Text(_ID_LIMIT, required=True),
        "label": Text(LABEL_LIMIT, required=True),
        "box": BOX,
        "polygon": _POLYGON,
    }
    given = read_object(given, path)
    for name in ("id", "label"):
        if name not in given:
            raise BadValue(f"{path}.{name}", "This field is missing.")
    zone = read(fields, given, path)
    if not set(zone["id"]) <= _ID_CHARACTERS:
        raise BadValue(f"{path}.id", "Expected lower-case letters, digits and hyphens.")
    if ("box" in given) == ("polygon" in given):
        raise BadValue(f"{path}.box", "Expected either a box or a polygon.")
    if "polygon" in given:
        return Zone(zone["id"], zone["label"], zone["polygon"])
    _check_box(f"{path}.box", zone["box"])
    south, west, north, east = zone["box"]
    corners = ((south, west), (south, east), (north, east), (north, west))
    return Zone(zone["id"], zone["label"], corners, zone["box"])


def _check_box(path: str, box: Iterable[float]) -> None:
    south, west, north, east = box
    if not (south < north and west < east):
        raise BadValue(path, "Expected south below north, and west before east.")


def surface_of(view: tuple[float, float, float], rest: Mapping[str, Any]) -> Surface:
    """The surface that was stored with this view and these other values."""
    lat, lng, zoom = view
    return read_surface({**rest, "view": {"lat": lat, "lng": lng, "zoom": zoom}})
