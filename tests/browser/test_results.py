"""Results in words: on the screen, on each phone after the reveal, and on a page to share."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.hosting import Host
from tests.browser.layout import layout_problems
from tests.browser.people import MIDDLE
from tests.browser.questions import AGREE, OSLO
from tests.browser.venue import LAPTOP, PHONE, Room, Venue, create_room


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, title="Geography", activities=[OSLO, AGREE])


@pytest.fixture
def host(server: ServerProcess, room: Room) -> Iterator[Host]:
    with Host(server, room) as host:
        yield host


def reveal(host: Host, *, round: int = 1) -> None:
    host.stage("closed", since="answer", round=round)
    host.stage("revealed", since="closed", round=round)


def choose_zone(page: Page, label: str) -> None:
    page.locator("#aim-button").click()
    page.get_by_role("radio", name=label, exact=True).click()


def test_a_guess_is_told_to_everybody_once_it_is_revealed(
    venue: Venue, room: Room, host: Host
) -> None:
    """X1: not before. Then the screen has the podium, and each phone its own distance."""
    screen, near, far = venue.screen(room), venue.phone(room), venue.phone(room)
    near.look_at()
    near.place_marker(MIDDLE.moved(0, -60))
    far.look_at()
    far.place_marker(MIDDLE.moved(40, 120))
    host.stage("closed", since="answer")
    for page in (screen.page, near.page, far.page):
        expect(page.locator("#result-card, #your-result")).to_be_hidden()
    host.stage("revealed", since="closed")
    card = screen.page.locator("#result-card")
    expect(card.locator(".result-first")).to_contain_text("Nearest to Oslo: " + near.name)
    expect(card.locator(".result-podium li")).to_have_count(2)
    expect(card.locator(".result-podium li").first).to_contain_text(near.name)
    screen.wait_heard("Nearest to Oslo: " + near.name)
    for phone, place in ((near, 1), (far, 2)):
        first = phone.page.locator("#your-result-first")
        expect(first).to_have_text(re.compile(rf"^You were [\d,]+ km away: place {place} of 2\.$"))
        phone.wait_heard(f"place {place} of 2")
    expect(near.page.locator("#your-result-lines")).to_contain_text("Nearest to you: " + far.name)
    for page in (screen.page, near.page):
        assert violations(page) == []


def test_who_comes_back_after_the_reveal_finds_their_result(
    venue: Venue, room: Room, host: Host
) -> None:
    phone = venue.phone(room)
    phone.place_marker()
    reveal(host)
    expect(phone.page.locator("#your-result")).to_be_visible()
    phone.reload()
    expect(phone.page.locator("#your-result-first")).to_contain_text("place 1 of 1")
    # A tap leaves the first line, and another brings the others back.
    more = phone.page.locator("#your-result-more")
    expect(more).to_be_visible()
    phone.page.locator("#your-result-toggle").click()
    expect(more).to_be_hidden()
    expect(phone.page.locator("#your-result-first")).to_be_visible()
    phone.page.locator("#your-result-toggle").click()
    expect(more).to_be_visible()


def test_another_question_takes_the_result_away(venue: Venue, room: Room, host: Host) -> None:
    phone = venue.phone(room)
    phone.place_marker()
    reveal(host)
    expect(phone.page.locator("#your-result")).to_be_visible()
    host.go(2)
    expect(phone.page.locator("#your-result")).to_be_hidden()


def test_zones_are_counted_live_with_bars_in_words_and_as_a_table(
    venue: Venue, room: Room, host: Host
) -> None:
    host.go(2)
    host.stage("answer", since="prepare")
    screen = venue.screen(room)
    for label in ("Agree", "Disagree", "Agree"):
        phone = venue.phone(room)
        choose_zone(phone.page, label)
        phone.wait_saved()
    card = screen.page.locator("#result-card")
    expect(card.locator(".result-first")).to_have_text("“Agree” leads with 2 of 3.")
    expect(card.locator(".result-bar")).to_have_text(
        [re.compile(r"Disagree\s*1 \(33%\)"), re.compile(r"Agree\s*2 \(67%\)")]
    )
    # Not over the map: it stands beside it, where nobody has to look past it.
    above, map_box = card.bounding_box(), screen.page.locator("#map").bounding_box()
    assert above is not None
    assert map_box is not None
    assert above["x"] >= map_box["x"] + map_box["width"]
    screen.show_results()
    words = screen.page.locator("#results-words")
    expect(words).to_contain_text("“Agree” leads with 2 of 3.")
    table = words.get_by_role("table", name="Zones")
    expect(table.get_by_role("row", name="Agree 2 67%", exact=True)).to_be_visible()
    assert violations(screen.page) == []


def test_the_presenter_puts_the_result_away_and_that_stays(
    venue: Venue, room: Room, host: Host
) -> None:
    host.go(2)
    host.stage("answer", since="prepare")
    screen, phone = venue.screen(room), venue.phone(room)
    choose_zone(phone.page, "Agree")
    card = screen.page.locator("#result-card")
    expect(card).to_be_visible()
    button = screen.page.get_by_role("button", name="Result in words")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(card).to_be_hidden()
    screen.reload()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(card).to_be_hidden()
    button.click()
    expect(card).to_be_visible()


def test_the_middle_of_the_room_is_drawn_if_the_presenter_wants_it(
    venue: Venue, room: Room, host: Host
) -> None:
    screen, one, two = venue.screen(room), venue.phone(room), venue.phone(room)
    one.place_marker()
    two.look_at()
    two.place_marker(MIDDLE.moved(60, 60))
    reveal(host)
    button = screen.page.get_by_role("button", name="Middle of the room")
    expect(button).to_be_visible()
    expect(screen.page.locator(".middle-point")).to_have_count(0)
    button.click()
    expect(screen.page.locator(".middle-point")).to_have_count(3)  # the world repeats
    button.click()
    expect(screen.page.locator(".middle-point")).to_have_count(0)


def test_a_second_round_is_told_in_one_sentence(venue: Venue, room: Room, host: Host) -> None:
    screen, phone, other = venue.screen(room), venue.phone(room), venue.phone(room)
    other.look_at()
    other.place_marker(MIDDLE.moved(60, 60))
    phone.look_at()
    colour = phone.place_marker()
    reveal(host)
    host.stage("answer", since="revealed", again=True)
    expect(phone.page.locator("#your-result")).to_be_hidden()
    phone.drag(colour, (0, -80))
    phone.wait_saved()
    reveal(host, round=2)
    expect(screen.page.locator("#result-card")).to_contain_text(
        re.compile(r"The room moved [\d,]+ km north[a-z-]*; \d of 2 came closer together\.")
    )
    expect(phone.page.locator("#your-result-lines")).to_contain_text(
        re.compile(r"You moved [\d,]+ km\.")
    )
    expect(other.page.locator("#your-result-lines")).to_contain_text("You stayed where you were.")


def test_the_results_are_shared_by_a_link_until_the_host_revokes_it(
    venue: Venue, room: Room, host: Host
) -> None:
    remote, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    name = phone.name
    reveal(host)
    remote.look_at()
    remote.page.locator("#list-button").click()
    remote.page.get_by_role("button", name="Share the results by a link").click()
    expect(remote.page.locator("#results-link")).to_be_visible()
    link = remote.page.locator("#results-link").get_attribute("href")
    assert link is not None
    for size in (PHONE, LAPTOP):
        page = venue.page(link, size)
        expect(page.get_by_role("heading", name="Geography")).to_be_visible()
        expect(page.get_by_role("heading", name="Where is Oslo?")).to_be_visible()
        expect(page.locator(".shared-words")).to_contain_text("Nearest to Oslo: " + name)
        expect(page.locator(".shared-map .marker-canvas")).to_be_attached()
        page.get_by_text("As tables").click()
        expect(page.get_by_role("table", name="Best guesses")).to_contain_text(name)
        expect(page.get_by_text("Do you agree?")).to_have_count(0)  # only prepared
        assert violations(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], "nothing is wider than the page"
    remote.page.get_by_role("button", name="Revoke all links").click()
    expect(remote.page.locator("#notice")).to_contain_text("stopped working")
    venue.watch(page).expect(r"/api/results/")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("This link does not work any more.")


def test_the_remote_has_the_result_for_who_stands_with_the_back_to_the_screen(
    venue: Venue, room: Room, host: Host
) -> None:
    remote, phone = venue.remote(room), venue.phone(room)
    page, card = remote.page, remote.page.locator("#remote-result")
    expect(card).to_be_hidden()
    phone.place_marker()
    # While people answer, one line.
    expect(card).to_be_visible()
    more = page.locator("#remote-result-more")
    expect(more).to_be_hidden()
    remote.take_step("Close answers")
    remote.take_step("Reveal")
    expect(page.locator("#remote-result-first")).to_contain_text("Nearest to Oslo: " + phone.name)
    expect(more.locator(".result-podium li")).to_have_count(1)
    remote.wait_heard("Nearest to Oslo: " + phone.name)
    expect(remote.next).to_be_in_viewport()
    assert layout_problems(page) == []
    assert violations(page) == []
    toggle = page.locator("#remote-result-toggle")
    toggle.click()
    expect(more).to_be_hidden()
    toggle.click()
    expect(more).to_be_visible()
    remote.take_step("Next: Do you agree?")
    expect(card).to_be_hidden()
    remote.take_step("Open answers")
    choose_zone(phone.page, "Agree")
    expect(page.locator("#remote-result-first")).to_have_text("“Agree” leads with 1 of 1.")
    toggle.click()
    expect(more.locator(".result-bar")).to_have_count(2)
    remote.reload()
    expect(page.locator("#remote-result-first")).to_have_text("“Agree” leads with 1 of 1.")


def test_a_closed_room_keeps_its_result_on_the_screen(venue: Venue, room: Room, host: Host) -> None:
    screen, phone = venue.screen(room), venue.phone(room)
    phone.place_marker()
    reveal(host)
    card = screen.page.locator("#result-card")
    expect(card).to_be_visible()
    host.change("close")
    expect(screen.page.locator("#closed")).to_be_visible()
    expect(card).to_contain_text("Nearest to Oslo")
    expect(screen.page.locator("#join-qr")).to_be_hidden()
