"""The operator's own street map in other browsers: read by ranges, unpacked and drawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.server import ServerProcess
from testkit.services import Unavailable
from testkit.street_maps import write_vectors
from tests.browser.venue import SERVER_ENV, Room
from tests.conftest import leave_out
from tests.engines.conftest import PHONE
from tests.engines.engine import Engine
from tests.engines.old_chromium import OldChromium

# Whether a tile of the street map has the colour of land above its road.
HAS_LAND = """() => {
  const tiles = [...document.querySelectorAll("#map .leaflet-tile-pane canvas")];
  return tiles.some((tile) => {
    if (!tile.width) return false;
    const pixel = document.createElement("canvas").getContext("2d");
    pixel.drawImage(tile, -Math.floor(tile.width * 0.3), -Math.floor(tile.height * 0.3));
    return [...pixel.getImageData(0, 0, 1, 1).data].join() === "226,223,218,255";
  });
}"""


@pytest.fixture(scope="module")
def server(service_folder: Path, static_files: Path) -> Iterator[ServerProcess]:
    """A server with a street map, in the place of the one that these tests share."""
    folder = service_folder / "with-streets"
    folder.mkdir()
    write_vectors(folder / "streets.pmtiles")
    server = ServerProcess(folder, SERVER_ENV, static_files=static_files)
    server.start(deadline=90)
    yield server
    server.stop()
    server.assert_clean_log()


def shows_streets(phone: Engine, room: Room) -> None:
    phone.open(room.join_url)
    phone.wait_visible(".marker-canvas")
    phone.wait(HAS_LAND)
    assert "OpenStreetMap" in phone.text(".leaflet-control-attribution")


@pytest.mark.timeout(180)
def test_other_engines_draw_it(engine: Engine, room: Room) -> None:
    shows_streets(engine, room)
    assert engine.surprises() == []


@pytest.mark.timeout(180)
def test_a_phone_that_got_no_new_browser_for_years_draws_it(
    service_folder: Path, room: Room
) -> None:
    try:
        phone = OldChromium(service_folder / "chromium-90-streets", 90, PHONE)
    except Unavailable as error:
        leave_out(str(error))
    try:
        shows_streets(phone, room)
        assert phone.surprises() == []
    finally:
        phone.close()
