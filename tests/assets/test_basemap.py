"""The base map's files hold the world they claim to (promise V1)."""

import gzip
import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "static" / "mapapp" / "basemap"

Line = list[tuple[float, float]]


class BaseMap(NamedTuple):
    land: list[Line]
    borders: list[Line]

    def is_land(self, lat: float, lng: float) -> bool:
        """Even-odd rule over all rings: how many edges lie east of the point."""
        inside = False
        for ring in self.land:
            for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]):
                if (y0 > lat) != (y1 > lat) and lng < x0 + (lat - y0) / (y1 - y0) * (x1 - x0):
                    inside = not inside
        return inside


def decode(deltas: list[int], scale: int) -> Line:
    points = []
    lng = lat = 0
    for dx, dy in zip(deltas[::2], deltas[1::2], strict=True):
        lng, lat = lng + dx, lat + dy
        points.append((lng / scale, lat / scale))
    return points


@pytest.fixture(scope="module", params=["110m", "50m"])
def base_map(request: pytest.FixtureRequest) -> BaseMap:
    raw = (FOLDER / f"world-{request.param}.json").read_bytes()
    data = json.loads(raw)
    assert data["version"] == 1
    return BaseMap(
        [decode(ring, data["scale"]) for ring in data["land"]],
        [decode(line, data["scale"]) for line in data["borders"]],
    )


@pytest.mark.parametrize(
    ("place", "lat", "lng"),
    [
        ("Paris", 48.85, 2.35),
        ("Nairobi", -1.29, 36.82),
        ("Kansas", 38.5, -98.0),
        ("Alice Springs", -23.7, 133.9),
        ("Lesotho, inside South Africa", -29.6, 28.2),
        ("Chukotka, west of the antimeridian", 67.0, 178.5),
        ("Chukotka, east of the antimeridian", 67.5, -178.0),
        ("the South Pole", -89.5, 0.0),
        ("Antarctica at the antimeridian", -87.0, 179.9),
    ],
)
def test_places_on_land_are_on_land(base_map: BaseMap, place: str, lat: float, lng: float) -> None:
    assert base_map.is_land(lat, lng), place


@pytest.mark.parametrize(
    ("place", "lat", "lng"),
    [
        ("the middle of the Pacific", 0.0, -150.0),
        ("the Pacific at the antimeridian", 30.0, 179.99),
        ("the Bering Sea", 58.0, -178.0),
        ("the Atlantic", 30.0, -40.0),
        ("the Indian Ocean", -30.0, 80.0),
        ("the Caspian Sea, a hole", 42.0, 50.5),
        ("the Arctic Ocean", 88.0, 0.0),
    ],
)
def test_places_at_sea_are_at_sea(base_map: BaseMap, place: str, lat: float, lng: float) -> None:
    assert not base_map.is_land(lat, lng), place


def test_every_point_lies_on_the_globe(base_map: BaseMap) -> None:
    for line in base_map.land + base_map.borders:
        assert all(-180 <= lng <= 180 and -90 <= lat <= 90 for lng, lat in line)


def test_rings_enclose_an_area_and_do_not_repeat_their_first_point(base_map: BaseMap) -> None:
    assert len(base_map.land) > 100
    for ring in base_map.land:
        assert len(set(ring)) >= 3
        assert ring[0] != ring[-1]


def test_no_edge_runs_the_long_way_round_the_globe(base_map: BaseMap) -> None:
    """Only the map's lower edge, under Antarctica, is that long."""
    for line in [*([*ring, ring[0]] for ring in base_map.land), *base_map.borders]:
        for (x0, y0), (x1, y1) in pairwise(line):
            assert abs(x1 - x0) <= 180 or y0 == y1 == -90


def test_each_border_is_drawn_once(base_map: BaseMap) -> None:
    edges = [frozenset(edge) for line in base_map.borders for edge in pairwise(line)]
    assert len(edges) > 2000
    assert len(edges) == len(set(edges))


def test_the_border_between_france_and_spain_is_there(base_map: BaseMap) -> None:
    assert any(-1 < lng < 2 and 42 < lat < 43.2 for line in base_map.borders for lng, lat in line)


def test_a_coast_is_not_a_border(base_map: BaseMap) -> None:
    """Australia has no land border, whoever owns which island."""
    assert not any(
        113 < lng < 154 and -40 < lat < -12 for line in base_map.borders for lng, lat in line
    )


def test_the_files_stay_small_enough_for_a_phone() -> None:
    for name, limit in (("world-110m.json", 40_000), ("world-50m.json", 250_000)):
        assert len(gzip.compress((FOLDER / name).read_bytes())) <= limit


def test_a_piece_of_the_finer_map_is_small_and_all_of_them_are_bounded() -> None:
    """A phone that looks at one country loads some of them (V2)."""
    file = (FOLDER / "world-10m.bin").read_bytes()
    assert len(file) <= 1_300_000
    offsets = struct.unpack_from("<257I", file)
    assert offsets[0] == 257 * 4
    assert offsets[-1] == len(file)
    sizes = [end - start for start, end in pairwise(offsets)]
    assert min(sizes) == 0, "open sea takes nothing"
    assert max(sizes) <= 45_000
