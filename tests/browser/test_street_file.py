"""The operator's own street map, a file in the data folder: streets with nothing else in reach."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from testkit.street_maps import OPENSTREETMAP, write_pictures, write_vectors
from tests.browser.hosting import Host
from tests.browser.people import Laptop, Phone, Screen
from tests.browser.venue import (
    HOST,
    LAPTOP,
    PHONE,
    PROJECTOR,
    SERVER_ENV,
    Venue,
    create_room,
    origin,
)
from tests.conftest import StartServer

# Of the library's own styles, for light and for dark pages.
LAND, DARK_LAND = [226, 223, 218], [31, 31, 31]
RED = (200, 30, 40)
# Street maps come where the tiles would: these would be asked for.
TILES = "https://tiles.test/{z}/{x}/{y}.png"
ACTIVITIES = [
    {"kind": "own", "question": "Which country?", "surface": {"kind": "outline"}},
    {"kind": "own", "question": "Which street?", "surface": {"kind": "streets"}},
]

# Whether all tiles in view, and at least one, have this colour above their road.
COLOURED = """
([red, green, blue]) => {
  const tiles = [...document.querySelectorAll("#map .leaflet-tile-pane canvas")];
  return tiles.length > 0 && tiles.every((tile) => {
    if (!tile.width) return false;
    const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    pixel.drawImage(tile, -Math.floor(tile.width * 0.3), -Math.floor(tile.height * 0.3));
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return r === red && g === green && b === blue && a === 255;
  });
}
"""


def wait_coloured(page: Page, colour: list[int]) -> None:
    page.wait_for_function(COLOURED, arg=colour)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def start(start_server: StartServer, data: Path, **env: str) -> ServerProcess:
    return start_server(SERVER_ENV | {"DATA_DIR": str(data), "TILE_URL": TILES, **env})


def noted(page: Page) -> list[str]:
    """The addresses of all that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_vector_tiles_are_the_streets_and_come_when_there_are_any_to_show(
    start_server: StartServer, venue: Venue, data: Path
) -> None:
    """V1, V2: no other server is asked, and an outline loads nothing of it."""
    write_vectors(data / "streets.pmtiles")
    server = start(start_server, data)
    room = create_room(server, activities=ACTIVITIES)
    page = venue.context(PHONE).new_page()
    asked = noted(page)
    page.goto(room.join_url)
    venue.visitor(Phone, page).wait_live()
    attribution = page.locator(".leaflet-control-attribution")
    expect(attribution).to_contain_text("GeoNames")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "pmtiles" in url or "protomaps" in url or "street" in url]
    with Host(server, room) as host:
        host.ask(2)
        wait_coloured(page, LAND)
    expect(attribution).to_contain_text("© OpenStreetMap")
    # They bring names of their own.
    expect(attribution).not_to_contain_text("GeoNames")
    assert [url for url in asked if "/streets.pmtiles?v=" in url]
    assert {urlsplit(url).hostname for url in asked} == {HOST}
    assert "Streets come from streets.pmtiles (vector tiles, zoom 0 to 3" in server.log
    server.assert_clean_log()


def test_pictures_are_streets_as_well(start_server: StartServer, venue: Venue, data: Path) -> None:
    """Beyond the deepest tiles of the file they are enlarged."""
    write_pictures(data / "streets.pmtiles", RED, deepest=2)
    server = start(start_server, data)
    room = create_room(server)
    page = venue.context(PHONE).new_page()
    asked = noted(page)
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    wait_coloured(page, list(RED))
    for _ in range(4):
        page.locator("#zoom-in").click()
    wait_coloured(page, list(RED))
    phone.place_marker()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("© OpenStreetMap")
    assert not [url for url in asked if "protomaps" in url], "pictures need no painter"
    assert {urlsplit(url).hostname for url in asked} == {HOST}


def test_streets_are_dark_where_the_page_is(
    start_server: StartServer, venue: Venue, data: Path
) -> None:
    write_vectors(data / "streets.pmtiles")
    page = venue.page(create_room(start(start_server, data)).join_url, color_scheme="dark")
    wait_coloured(page, DARK_LAND)
    page.emulate_media(color_scheme="light")
    wait_coloured(page, LAND)


def test_a_town_is_drawn_where_it_is_and_the_base_map_elsewhere(
    start_server: StartServer, venue: Venue, data: Path
) -> None:
    # Leaflet's tiles of zoom 10 around the place, and the file's of zoom 9.
    tiles = [(zoom, 132 >> (8 - zoom), 84 >> (8 - zoom)) for zoom in range(9)]
    tiles += [(9, x, y) for x in (264, 265) for y in (168, 169)]
    write_vectors(data / "streets.pmtiles", tiles=tiles, bounds=(51.9, 5.7, 52.4, 7.0))
    server = start(start_server, data)
    view = {"lat": 52.2, "lng": 6.3, "zoom": 4}
    room = create_room(server, view=view)
    page = venue.page(room.screen_url, PROJECTOR)
    venue.visitor(Screen, page).wait_live()
    attribution = page.locator(".leaflet-control-attribution")
    expect(attribution).to_contain_text("GeoNames")
    expect(page.locator("#map .leaflet-tile-pane canvas")).to_have_count(0)
    near = create_room(server, view={**view, "zoom": 11})
    page.goto(near.screen_url)
    venue.visitor(Screen, page).wait_live()
    wait_coloured(page, LAND)
    expect(attribution).not_to_contain_text("GeoNames")


@pytest.mark.parametrize("what", ["no street map", "several"])
def test_with_a_file_that_cannot_be_used_the_outline_stays(
    start_server: StartServer, venue: Venue, data: Path, what: str
) -> None:
    (data / "streets.pmtiles").write_bytes(b"PMTiles\x03 but not really")
    if what == "several":
        write_pictures(data / "more.pmtiles", RED)
    server = start(start_server, data, TILE_URL="")
    page = venue.context(PHONE).new_page()
    asked = noted(page)
    page.goto(create_room(server).join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    phone.place_marker()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("GeoNames")
    assert not [url for url in asked if "pmtiles" in url]
    said = "several street maps" if what == "several" else "is not used: it is cut off"
    assert server.log.count(said) == 1
    server.assert_clean_log()


def test_streets_come_back_with_the_server(
    start_server: StartServer, venue: Venue, data: Path
) -> None:
    """Tiles that could not be read are read when they can be."""
    write_pictures(data / "streets.pmtiles", RED, deepest=4)
    server = start(start_server, data)
    context = venue.context(LAPTOP)
    venue.watch(context).expect("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "WebSocket")
    page = context.new_page()
    page.goto(create_room(server).join_url)
    venue.visitor(Laptop, page).wait_live()
    wait_coloured(page, list(RED))
    context.route("**/streets.pmtiles*", lambda route: route.abort("internetdisconnected"))
    with page.expect_event("requestfailed"):
        page.locator("#zoom-in").click()
    context.unroute("**/streets.pmtiles*")
    wait_coloured(page, list(RED))


def test_the_first_page_shows_streets_before_there_is_a_room(
    start_server: StartServer, venue: Venue, data: Path, places_folder: Path
) -> None:
    """There the part that draws them is asked for by another that came later."""
    write_vectors(data / "streets.pmtiles", metadata={
        "attribution": f"<script>alert(1)</script>{OPENSTREETMAP}",
        "vector_layers": [{"id": "roads"}, {"id": "earth"}],
    })  # fmt: skip
    page = venue.page(origin(start(start_server, data)), LAPTOP)
    page.get_by_role("combobox", name="Where does the map open?").fill("Deventer")
    page.get_by_role("listbox", name="Places").get_by_role("option").first.click()
    wait_coloured(page, LAND)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("© OpenStreetMap")
    expect(page.locator(".leaflet-control-attribution")).not_to_contain_text("alert")
