"""The remote's list of questions: another order, another question, one of the moment."""

from __future__ import annotations

from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import Remote
from tests.browser.questions import HIDDEN, OPEN, SHARED, stage
from tests.browser.venue import Venue


def questions(host: Remote) -> list[str]:
    return host.page.locator("#sequence bdi").all_inner_texts()


def test_the_sequence_is_put_in_another_order_copied_and_cut(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, HIDDEN, OPEN, SHARED)
    host = venue.remote(room)
    born, live, meet = (str(one["question"]) for one in (HIDDEN, OPEN, SHARED))
    host.press("Sequence")
    assert questions(host) == [born, live, meet]
    expect(host.page.locator("#sequence [aria-current]")).to_contain_text(born)

    host.page.get_by_role("button", name=f"Change “{meet}”").click()
    host.page.locator("#sequence li").nth(2).get_by_role("button", name="Up", exact=True).click()
    expect(host.page.locator("#sequence bdi").nth(1)).to_have_text(meet)
    host.page.get_by_role("button", name="Undo").click()
    expect(host.page.locator("#sequence bdi").nth(1)).to_have_text(live)

    third = host.page.locator("#sequence li").nth(2)
    third.get_by_role("button", name="Duplicate").click()
    expect(host.page.locator("#sequence li")).to_have_count(4)
    third.get_by_role("button", name="Delete").click()
    expect(host.page.locator("#sequence li")).to_have_count(3)
    host.page.get_by_role("button", name="Undo").click()
    expect(host.page.locator("#sequence li")).to_have_count(4)
    expect(host.page.locator("#sequence li").first.locator("[data-does=remove]")).to_be_disabled()

    host.reload()
    host.press("Sequence")
    assert questions(host) == [born, live, meet, meet]


def test_the_sequence_is_put_in_another_order_by_dragging(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, HIDDEN, OPEN, SHARED)
    host = venue.remote(room)
    host.press("Sequence")
    grip = host.page.locator(".sequence-grip").nth(2).bounding_box()
    first = host.page.locator("#sequence li").first.bounding_box()
    assert grip is not None
    assert first is not None
    mouse = host.page.mouse
    mouse.move(grip["x"] + 20, grip["y"] + 25)
    mouse.down()
    mouse.move(grip["x"] + 20, first["y"] + 40, steps=6)
    mouse.move(grip["x"] + 20, first["y"] + 5, steps=3)
    mouse.up()
    host.wait_heard("Order changed.")
    assert questions(host)[0] == SHARED["question"]
    host.page.locator("#sequence-close").click()
    expect(host.stage).to_contain_text("2 of 3")


def test_a_question_of_the_moment_is_asked_at_once_and_left_again(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, HIDDEN, OPEN)
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    host.press("Sequence")
    host.press("Ask something now")
    host.page.get_by_label("Your question").fill("Is it warm enough?")
    host.page.get_by_label("People answer").select_option("map")
    host.page.get_by_role("button", name="Ask now").click()
    expect(phone.question).to_have_text("Is it warm enough?")
    expect(phone.hint).to_have_text("Tap the map to place your marker.")
    expect(host.page.locator("#sequence-sheet")).to_be_hidden()
    host.page.get_by_role("button", name="Back to: Where were you born?").click()
    expect(phone.question).to_have_text("Where were you born?")
    expect(phone.marker).to_be_visible()
    expect(host.next).to_have_text("Close answers")


def test_a_tap_in_the_sequence_goes_there(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, HIDDEN, OPEN, SHARED)
    host, phone = venue.remote(room), venue.phone(room)
    host.press("Sequence")
    host.page.locator(".sequence-go").nth(2).click()
    expect(phone.question).to_have_text("Where do we meet?")
    expect(host.page.locator("#sequence-sheet")).to_be_hidden()
    expect(host.stage).to_contain_text("3 of 3")
