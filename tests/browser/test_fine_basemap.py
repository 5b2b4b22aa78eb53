"""The finer base map: there where somebody has zoomed in, and nothing of it before."""

from playwright.sync_api import Page, Response

from testkit.server import ServerProcess
from tests.browser.people import Phone, Screen
from tests.browser.venue import PHONE, PROJECTOR, Venue, create_room

OUTLINE = {"kind": "outline", "view": {"lat": 52.4, "lng": 5.4, "zoom": 8}}
# Colours of the light page.
SEA, LAND = "207,223,232", "247,245,240"

# The colour of the base map at a place of the page (CSS pixels).
COLOUR_AT = """
([x, y]) => {
  for (const tile of document.querySelectorAll(".leaflet-basemap-pane canvas")) {
    const box = tile.getBoundingClientRect();
    if (x < box.left || x >= box.right || y < box.top || y >= box.bottom || !tile.width) continue;
    const scale = tile.width / box.width;
    const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    pixel.drawImage(tile, -Math.floor((x - box.left) * scale), -Math.floor((y - box.top) * scale));
    return [...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
  }
  return "";
}
"""


def noted(page: Page) -> list[Response]:
    """The answers to all that the page asks for from now on."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    return answers


def sizes_of(answers: list[Response], name: str) -> list[int]:
    """How many bytes came of a file, in each answer."""
    return [len(answer.body()) for answer in answers if name in answer.url]


def test_near_the_ground_the_map_is_finer_and_costs_a_phone_less(
    venue: Venue, server: ServerProcess
) -> None:
    """V1, V2"""
    room = create_room(server, activities=[{"kind": "own", "question": "?", "surface": OUTLINE}])
    page = venue.context(PHONE).new_page()
    answers = noted(page)
    page.goto(room.join_url)
    venue.visitor(Phone, page).wait_live()
    page.wait_for_function(f"({COLOUR_AT})([30, 300]) !== ''")
    page.wait_for_load_state("networkidle")
    parts = sizes_of(answers, "world-10m")
    assert len(parts) >= 2
    assert sum(parts) < 100_000
    assert {answer.status for answer in answers if "world-10m" in answer.url} == {206}
    assert not sizes_of(answers, "world-50m"), "the map between is not needed"


def test_a_lake_is_water_and_an_island_is_land(venue: Venue, server: ServerProcess) -> None:
    """The coarser maps have neither Lake Geneva nor Texel."""
    for at, colour in (((46.45, 6.55), SEA), ((53.08, 4.82), LAND)):
        view = {"lat": at[0], "lng": at[1], "zoom": 8}
        surface = {"kind": "outline", "view": view, "names": False}
        activity = {"kind": "own", "question": "?", "surface": surface}
        room = create_room(server, activities=[activity])
        page = venue.page(room.screen_url, PROJECTOR)
        venue.visitor(Screen, page).wait_live()
        # The view's middle is in the part of the map below the question.
        map_box = page.locator("#map").bounding_box()
        card = page.locator("#question-card").bounding_box()
        assert map_box is not None
        assert card is not None
        bottom = map_box["y"] + map_box["height"]
        middle = [map_box["width"] / 2, (card["y"] + card["height"] + bottom) / 2]
        page.wait_for_function(f"(at) => ({COLOUR_AT})(at) === '{colour}'", arg=middle)


def test_the_whole_world_needs_none_of_it(venue: Venue, server: ServerProcess) -> None:
    page = venue.context(PHONE).new_page()
    answers = noted(page)
    page.goto(create_room(server).join_url)
    venue.visitor(Phone, page).wait_live()
    page.wait_for_load_state("networkidle")
    assert not [answer for answer in answers if "world-10m" in answer.url or "fine" in answer.url]
