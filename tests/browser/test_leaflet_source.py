"""Leaflet comes from the CDN or from this server: always from one of them, never from both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from testkit.server import ServerProcess
from tests.browser.people import Phone, Screen
from tests.browser.venue import PHONE, SERVER_ENV, Room, Venue, create_room
from tests.conftest import StartServer, leave_out

CDN = "https://unpkg.com/leaflet@1.9.4/dist"
COPY = Path(__file__).resolve().parents[2] / "node_modules" / "leaflet" / "dist"

# Counts how often Leaflet has put itself into the page.
COUNT_LEAFLETS = """
let leaflet;
globalThis.leafletsLoaded = 0;
Object.defineProperty(globalThis, "L", {
  configurable: true,
  get: () => leaflet,
  set(value) { leaflet = value; globalThis.leafletsLoaded += 1; },
});
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, static_files: Path) -> Iterator[ServerProcess]:
    """A server that sends its pages to the CDN first, as it does by default."""
    env = {name: value for name, value in SERVER_ENV.items() if name != "LEAFLET_CDN"}
    folder = tmp_path_factory.mktemp("server")
    with ServerProcess(folder, env, static_files=static_files) as server:
        yield server


@pytest.fixture
def phone_profile(venue: Venue) -> BrowserContext:
    context = venue.context(PHONE)
    context.add_init_script(COUNT_LEAFLETS)
    return context


def answer(route: Route, change: bytes = b"") -> None:
    """Answer for the CDN, with the very bytes that it has."""
    if not COPY.exists():
        leave_out("leaflet is not installed (npm ci)")
    name = route.request.url.rsplit("/", 1)[-1]
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    route.fulfill(
        body=(COPY / name).read_bytes() + change,
        headers={"Access-Control-Allow-Origin": "*", "Content-Type": kind},
    )


def open_and_use(venue: Venue, profile: BrowserContext, room: Room) -> Phone:
    """Open the audience page and place a marker on its map; returns the phone."""
    page = profile.new_page()
    # A browser counts a page as loading for as long as any script may come.
    page.goto(room.join_url, wait_until="commit")
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    assert page.evaluate("L.version") == "1.9.4"
    assert page.evaluate("leafletsLoaded") == 1
    phone.place_marker()
    return phone


def has_leaflet_styles(page: Page) -> bool:
    position: str = page.evaluate(
        "getComputedStyle(document.querySelector('.leaflet-map-pane')).position"
    )
    return position == "absolute"


def test_the_cdn_is_used_where_it_can_be_reached(
    venue: Venue, phone_profile: BrowserContext, room: Room
) -> None:
    """Its bytes are those that the page's integrity hash names."""
    phone_profile.route(f"{CDN}/**", lambda route: answer(route))
    urls: list[str] = []
    phone_profile.on("request", lambda request: urls.append(request.url))
    phone = open_and_use(venue, phone_profile, room)
    assert has_leaflet_styles(phone.page)
    assert f"{CDN}/leaflet.js" in urls
    assert f"{CDN}/leaflet.css" in urls
    assert not [url for url in urls if "/vendor/leaflet/" in url]


@pytest.mark.parametrize("tampered", ["leaflet.js", "leaflet.css"])
def test_bytes_that_are_not_the_right_ones_are_refused(
    venue: Venue, phone_profile: BrowserContext, room: Room, tampered: str
) -> None:
    """Subresource integrity: the local copy takes over."""

    def tamper(route: Route) -> None:
        answer(route, b"\n/* changed */" if route.request.url.endswith(tampered) else b"")

    phone_profile.route(f"{CDN}/**", tamper)
    venue.watch(phone_profile).expect("Failed to find a valid digest in the 'integrity' attribute")
    phone = open_and_use(venue, phone_profile, room)
    assert has_leaflet_styles(phone.page)


def test_without_the_cdn_the_local_copy_takes_over(
    venue: Venue, phone_profile: BrowserContext, room: Room
) -> None:
    phone_profile.route(f"{CDN}/**", lambda route: route.abort("connectionrefused"))
    # The browser logs a request that was refused; no page can keep it from that.
    venue.watch(phone_profile).expect(
        r"CONNECTION_REFUSED.*unpkg\.com", r"unpkg\.com.*CONNECTION_REFUSED"
    )
    phone = open_and_use(venue, phone_profile, room)
    assert has_leaflet_styles(phone.page)


def test_a_cdn_that_hangs_is_not_waited_for_and_never_comes_second(
    venue: Venue, phone_profile: BrowserContext, room: Room
) -> None:
    """Its answer arrives after all, when the local copy is in use already."""
    held: list[Route] = []
    phone_profile.route(f"{CDN}/**", lambda route: held.append(route))
    phone = open_and_use(venue, phone_profile, room)
    assert {route.request.url for route in held} == {f"{CDN}/leaflet.js", f"{CDN}/leaflet.css"}
    for route in held:
        try:
            answer(route)
        except Error:
            continue  # The page has given it up.
    place = phone.place()
    phone.drag(phone.colour(), (60, 60))
    phone.wait_saved()
    assert phone.place() != place
    assert phone.page.evaluate("leafletsLoaded") == 1


def test_a_reload_does_not_wait_for_the_same_cdn_again(
    venue: Venue, phone_profile: BrowserContext, room: Room
) -> None:
    asked: list[str] = []

    def hang(route: Route) -> None:
        asked.append(route.request.url)

    phone_profile.route(f"{CDN}/**", hang)
    phone = open_and_use(venue, phone_profile, room)
    count = len(asked)
    phone.page.reload(wait_until="commit")
    phone.wait_live()
    expect(phone.marker).to_be_visible()
    assert len(asked) == count


def test_a_room_without_any_internet_has_a_map_all_the_same(
    venue: Venue, start_server: StartServer
) -> None:
    """Tiles and CDN as they are by default, and neither can be reached (V1)."""
    room = create_room(start_server())
    screen_profile, phone_profile = venue.context(), venue.context(PHONE)
    missed: list[str] = []
    for profile in (screen_profile, phone_profile):
        venue.watch(profile).expect("NAME_NOT_RESOLVED")
        profile.on("requestfailed", lambda request: missed.append(request.url))

    screen_page, phone_page = screen_profile.new_page(), phone_profile.new_page()
    screen_page.goto(room.screen_url)
    phone_page.goto(room.join_url)
    screen, phone = venue.visitor(Screen, screen_page), venue.visitor(Phone, phone_page)
    screen.wait_live()
    phone.wait_live()
    colour = phone.place_marker()
    phone.drag(colour, (60, 60))
    phone.wait_saved()
    screen.eyes.wait_for(colour)
    for host in ("unpkg.com", "tile.openstreetmap.org"):
        assert any(host in url for url in missed), f"{host} is asked first"
