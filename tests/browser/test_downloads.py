"""The host downloads the results on the remote."""

import csv
import io
import json
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.venue import Room, Venue


def test_the_remote_downloads_what_is_on_the_map(venue: Venue, room: Room) -> None:
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    phone.wait_saved()
    expect(host.page.locator("#marker-count")).to_have_text("1")
    host.page.locator("#list-button").click()
    for ending in ("csv", "json"):
        host.page.get_by_label("Take it home as").select_option(ending)
        with host.page.expect_download() as downloaded:
            host.page.get_by_role("button", name="Download", exact=True).click()
        assert downloaded.value.suggested_filename == f"map-{room.code}.{ending}"
        text = Path(downloaded.value.path()).read_text(encoding="utf-8-sig")
        if ending == "csv":
            (row,) = csv.DictReader(io.StringIO(text))
            assert (row["marker"], row["name"]) == ("1", phone.name)
        else:
            assert [marker["name"] for marker in json.loads(text)["markers"]] == [phone.name]


def test_a_download_that_the_server_cannot_give_now_says_so(venue: Venue, room: Room) -> None:
    host = venue.remote(room)
    host.watch.expect(r"results\.csv")
    host.page.route("**/results.*", lambda route: route.abort())
    host.page.locator("#list-button").click()
    host.page.get_by_role("button", name="Download", exact=True).click()
    expect(host.page.locator("#notice")).to_contain_text("can't be downloaded right now")
    host.page.unroute_all()
    with host.page.expect_download():
        host.page.get_by_role("button", name="Download", exact=True).click()
