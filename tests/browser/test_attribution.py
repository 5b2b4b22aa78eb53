"""Who has made the map: said so that it can be read, and so that nobody gets lost there."""

import base64

import pytest
from playwright.sync_api import expect

from tests.browser.people import Phone
from tests.browser.venue import PHONE, SERVER_ENV, Room, Venue, create_room
from tests.conftest import StartServer

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# Of an element: how much its text stands out from its background (WCAG 2.2, 1 to 21).
CONTRAST = """
element => {
  const style = getComputedStyle(element);
  const ground = getComputedStyle(element.closest(".leaflet-control-attribution"));
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[0-9.]+/g).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const ratio = light(style.color) / light(ground.backgroundColor);
  return Math.max(ratio, 1 / ratio);
}
"""


def test_a_tap_on_the_attribution_does_not_leave_the_room(
    venue: Venue, start_server: StartServer
) -> None:
    """The operator's own attribution, of the tiles, is no exception."""
    server = start_server(
        {
            **SERVER_ENV,
            "TILE_URL": "https://tiles.test/{z}/{x}/{y}.png",
            "TILE_ATTRIBUTION": '&copy; <a href="https://tiles.test/about">Tiles &amp; Co.</a>',
        }
    )
    context = venue.context(PHONE)
    context.route("https://tiles.test/*/**", lambda route: route.fulfill(body=ONE_PIXEL))
    page = context.new_page()
    page.goto(create_room(server).join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("© Tiles & Co.")
    links = page.locator(".leaflet-control-attribution a")
    expect(links).to_have_count(2)
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_attribution_can_be_read(venue: Venue, room: Room, scheme: str) -> None:
    """Also where the colours are dark: Leaflet's own style sheet is made for light pages."""
    for visitor in (
        venue.phone(room, color_scheme=scheme),
        venue.screen(room, color_scheme=scheme),
    ):
        attribution = visitor.page.locator(".leaflet-control-attribution")
        expect(attribution).to_contain_text("GeoNames")
        for link in attribution.locator("a").all():
            assert link.evaluate(CONTRAST) >= 4.5
