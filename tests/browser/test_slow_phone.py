"""A phone behind five seconds of round trip takes part in a whole activity (R4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from testkit.slow_line import SlowLine
from tests.browser.eyes import Point
from tests.browser.people import MIDDLE, Phone
from tests.browser.questions import OSLO
from tests.browser.venue import HOST, PHONE, Room, Venue, create_room

# More than the page takes to be there, in milliseconds: some twelve round trips.
PATIENCE = 120_000

pytestmark = pytest.mark.timeout(400)


def far_away(venue: Venue, room: Room, line: SlowLine) -> Phone:
    """A phone whose page and socket come through the line."""
    context = venue.context(PHONE)
    context.set_default_timeout(PATIENCE)
    phone = venue.visitor(Phone, context.new_page())
    phone.page.goto(replace(room, origin=f"http://{HOST}:{line.port}").join_url)
    phone.wait_live()
    return phone


def test_a_phone_on_a_very_slow_line_answers_and_sees_the_reveal(
    venue: Venue, server: ServerProcess
) -> None:
    room = create_room(server, activities=[OSLO])
    host, near = venue.remote(room), venue.phone(room)
    near.place_marker(Point(150, 250))
    with SlowLine(server, seconds=2.5) as line:
        far = far_away(venue, room, line)
        expect(far.question).to_have_text("Where is Oslo?", timeout=PATIENCE)
        far.finger.tap(MIDDLE)
        expect(far.save_state).to_have_attribute("data-state", "saved", timeout=PATIENCE)
        expect(host.page.locator("#answered")).to_have_text("2 of 2 have answered")
        expect(far.page.locator("#your-result")).to_be_hidden()

        host.take_step("Close answers")
        expect(far.hint).to_contain_text("Answers are closed.", timeout=PATIENCE)
        host.take_step("Reveal")
        expect(far.page.locator("#your-result")).to_contain_text("km", timeout=PATIENCE)
        expect(far.page.locator("#your-result")).to_contain_text("of 2", timeout=PATIENCE)
        assert line.opened < 60, "the page does not ask again and again"
        far.page.close()  # before its line ends
