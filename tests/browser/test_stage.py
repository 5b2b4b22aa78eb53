"""A session on stage: one thumb leads a room through its questions, and everybody follows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone, Remote, Screen
from tests.browser.venue import PHONE, Room, Venue, create_room

HIDDEN = {"kind": "own", "question": "Where were you born?", "settings": {"hidden": True}}
OPEN = {"kind": "own", "question": "Where do you live?", "settings": {}}
SHARED = {"kind": "shared", "question": "Where do we meet?", "settings": {"anyone_adds": True}}


def timed(seconds: int) -> dict[str, Any]:
    return {**HIDDEN, "settings": {"hidden": True, "seconds": seconds}}


def stage(server: ServerProcess, *activities: dict[str, Any]) -> Room:
    """A room that is going to be asked all this."""
    return create_room(server, activities=list(activities))


def own_screen(venue: Venue, host: Remote, room: Room) -> Screen:
    """The screen in the presenter's own browser, which keeps the host key."""
    host.page.wait_for_url(re.compile(r"/host$"))
    page = host.page.context.new_page()
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(room.screen_url)
    screen = venue.visitor(Screen, page)
    screen.wait_live()
    return screen


def has_handle(phone: Phone) -> None:
    expect(phone.marker).to_be_visible()


def test_the_big_button_leads_through_hidden_answers_and_on(
    venue: Venue, server: ServerProcess
) -> None:
    """L1, X1: each press does what the button says, and everybody sees the same."""
    room = stage(server, HIDDEN, OPEN)
    screen, host = venue.screen(room), venue.remote(room)
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    expect(host.page.locator("#answered")).to_have_text("1 of 2 have answered")
    expect(screen.page.locator("#answered")).to_have_text("1 of 2 have answered")
    expect(ada.page.locator("#secret")).to_be_visible()
    expect(screen.page.locator("#stage")).to_have_text(
        "Answers are hidden until the presenter reveals them"
    )
    host.eyes.wait_for(colour)
    assert screen.eyes.find(colour) is None
    assert ben.eyes.find(colour) is None

    host.take_step("Close answers")
    expect(ada.hint).to_have_text("Answers are closed. The presenter is about to reveal them.")
    ben.finger.tap(MIDDLE)
    expect(ben.stressed_hint).to_contain_text("Answers are closed.")

    host.take_step("Reveal")
    screen.eyes.wait_for(colour)
    ben.eyes.wait_for(colour)
    expect(ada.page.locator("#secret")).to_be_hidden()

    host.take_step("Next: Where do you live?")
    for visitor in (screen, ada, ben):
        expect(visitor.question).to_have_text("Where do you live?")
    expect(ada.hint).to_have_text("Get ready. Answers open in a moment.")
    ada.wait_heard("New question: Where do you live?")
    host.take_step("Open answers")
    expect(ada.hint).to_have_text("Tap the map to place your marker.")
    host.take_step("Show the result")
    expect(host.next).to_have_text("That was the last question")


def test_back_again_the_markers_are_as_they_were(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, OPEN, {**OPEN, "question": "Where did you grow up?"})
    host, ada = venue.remote(room), venue.phone(room)
    colour = ada.place_marker()
    start = ada.eyes.wait_still(colour)
    host.take_step("Show the result")
    host.take_step("Next: Where did you grow up?")
    host.take_step("Open answers")
    expect(ada.marker).to_have_count(0)
    ada.place_marker(MIDDLE.moved(60, 60))

    host.page.get_by_role("button", name="Back to: Where do you live?").click()
    expect(ada.question).to_have_text("Where do you live?")
    has_handle(ada)
    ada.eyes.wait_at(colour, start)
    expect(host.next).to_have_text("Next: Where did you grow up?")


def test_the_keys_of_a_clicker_on_the_presenters_own_screen(
    venue: Venue, server: ServerProcess
) -> None:
    """L1: Page Down, Page Up and the arrows do what the remote's button does."""
    room = stage(server, HIDDEN, OPEN)
    host = venue.remote(room)
    screen = own_screen(venue, host, room)
    phone = venue.phone(room)
    press = screen.page.keyboard.press
    press("PageDown")
    expect(host.next).to_have_text("Reveal")
    expect(phone.hint).to_contain_text("Answers are closed.")
    wait_quiet(screen)
    press("ArrowRight")
    expect(host.next).to_have_text("Next: Where do you live?")
    wait_quiet(screen)
    press("PageDown")
    expect(screen.question).to_have_text("Where do you live?")
    wait_quiet(screen)
    press("PageUp")
    expect(screen.question).to_have_text("Where were you born?")
    expect(host.next).to_have_text("Next: Where do you live?")


def wait_quiet(screen: Screen) -> None:
    """A press right after a step would be the second half of a double press."""
    expect(screen.page.locator("body")).not_to_have_class(re.compile("is-stepping"))


def test_keys_in_the_map_move_the_map(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, HIDDEN, OPEN)
    host = venue.remote(room)
    screen = own_screen(venue, host, room)
    phone = venue.phone(room)
    screen.page.locator(".map-keys").focus()
    screen.page.keyboard.press("ArrowRight")
    screen.page.locator("#toggle-results").click()
    screen.page.locator(".results-scroll").focus()
    screen.page.keyboard.press("PageDown")
    # Whatever had been on its way would be here by now.
    host.take_step("Close answers")
    expect(host.next).to_have_text("Reveal")
    expect(phone.hint).to_contain_text("Answers are closed.")


def test_the_keys_of_a_screen_without_the_host_key_steer_nothing(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, HIDDEN, OPEN)
    screen, host = venue.screen(room), venue.remote(room)
    screen.page.keyboard.press("PageDown")
    expect(host.next).to_have_text("Close answers")
    host.page.keyboard.press("PageDown")
    expect(host.next).to_have_text("Reveal")


def test_a_step_is_undone_with_one_press(venue: Venue, server: ServerProcess) -> None:
    """L3, for each step of the flow."""
    room = stage(server, HIDDEN, OPEN)
    host, phone = venue.remote(room), venue.phone(room)
    phone.place_marker()
    undo = host.page.get_by_role("button", name="Undo")
    host.take_step("Close answers")
    undo.click()
    expect(host.next).to_have_text("Close answers")
    expect(phone.hint).to_contain_text("Drag your marker")
    host.take_step("Close answers")
    host.take_step("Reveal")
    host.take_step("Next: Where do you live?")
    expect(phone.question).to_have_text("Where do you live?")
    undo.click()
    expect(phone.question).to_have_text("Where were you born?")
    expect(undo).to_be_hidden()
    host.wait_heard("Undone.")


def test_undo_leaves_alone_what_another_remote_has_changed(
    venue: Venue, server: ServerProcess
) -> None:
    """L3"""
    room = stage(server, HIDDEN, OPEN)
    host, other = venue.remote(room), venue.remote(room)
    host.take_step("Close answers")
    other.take_step("Reveal")
    expect(host.next).to_contain_text("Next:")
    host.page.get_by_role("button", name="Undo").click()
    host.wait_heard("Someone has changed it since, so it stays as it is.")
    expect(host.next).to_contain_text("Next:")


def test_a_removed_marker_comes_back_with_its_number(venue: Venue, room: Room) -> None:
    """L3: it is its owner's again."""
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    host.choose_from_list("Marker 1")
    host.page.locator("#marker-remove").click()
    screen.eyes.wait_gone(colour)
    host.page.get_by_role("button", name="Undo").click()
    screen.eyes.wait_for(colour)
    has_handle(phone)
    expect(phone.hint).to_contain_text("Drag your marker")
    host.choose_from_list("Marker 1")


# Ten minutes ahead of everybody else's clock.
WRONG_CLOCK = """
  const real = Date.now.bind(Date);
  Date.now = () => real() + 600_000;
"""
# When each second began to show, by a clock that nobody has set.
WATCH_COUNTDOWN = """() => {
  const digits = document.querySelector("#countdown-digits");
  globalThis.seen = {};
  new MutationObserver(() => {
    seen[digits.textContent] ??= performance.timeOrigin + performance.now();
  }).observe(digits, { childList: true, characterData: true, subtree: true });
}"""


def test_everybody_shows_the_same_second_though_a_clock_is_wrong(
    venue: Venue, server: ServerProcess
) -> None:
    """L2"""
    room = stage(server, OPEN, timed(20))
    screen, host = venue.screen(room), venue.remote(room)
    context = venue.context(PHONE)
    context.add_init_script(WRONG_CLOCK)
    page = context.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    for visitor in (screen, phone):
        visitor.page.evaluate(WATCH_COUNTDOWN)
    host.take_step("Show the result")
    host.take_step("Next: Where were you born?")
    host.take_step("Open answers")
    for page in (screen.page, host.page, phone.page):
        expect(page.locator("#countdown")).to_be_visible()
    phone.wait_heard("10 seconds left.")
    expect(screen.page.locator("#countdown")).to_have_class(re.compile("is-ending"))
    # At zero it closes by itself.
    expect(host.next).to_have_text("Reveal")
    expect(phone.page.locator("#countdown")).to_be_hidden()
    on_screen, on_phone = (v.page.evaluate("seen") for v in (screen, phone))
    both = sorted(set(on_screen) & set(on_phone))
    assert len(both) >= 5
    apart = sorted(abs(on_screen[second] - on_phone[second]) for second in both)
    assert apart[len(apart) // 2] < 1000, apart


def test_the_timer_is_extended_and_stopped(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, timed(0))
    host, phone = venue.remote(room), venue.phone(room)
    countdown = phone.page.locator("#countdown")
    expect(countdown).to_be_hidden()
    host.page.locator("#timer-more").click()
    expect(countdown).to_contain_text("0:2")
    host.page.locator("#timer-more").click()
    expect(countdown).to_contain_text("0:5")
    host.press("Stop timer")
    expect(countdown).to_be_hidden()
    expect(host.next).to_have_text("Close answers")


# A line that lets nothing more out until it is told to.
SLOW_LINE = """
  const { send } = WebSocket.prototype;
  const waiting = [];
  globalThis.isSlow = false;
  WebSocket.prototype.send = function (data) {
    if (isSlow && !data.includes('"ping"')) waiting.push([this, data]);
    else send.call(this, data);
  };
  globalThis.letGo = () => {
    isSlow = false;
    for (const [socket, data] of waiting.splice(0)) send.call(socket, data);
  };
"""


def test_a_late_answer_says_so_and_the_presenter_counts_it(
    venue: Venue, server: ServerProcess
) -> None:
    room = stage(server, timed(0))
    screen, host = venue.screen(room), venue.remote(room)
    context = venue.context(PHONE)
    context.add_init_script(SLOW_LINE)
    page = context.new_page()
    page.goto(room.join_url)
    phone = venue.visitor(Phone, page)
    phone.wait_live()
    # Known to the room, so that the remote has a name.
    page.locator("#name-button").click()
    page.locator("#name-field").fill("Ada")
    page.locator("#name-form [type=submit]").click()
    phone.wait_heard("Name saved.")

    host.page.evaluate("document.querySelector('#timer-more').click()")
    expect(page.locator("#countdown")).to_be_visible()
    page.evaluate("isSlow = true")
    phone.finger.tap(MIDDLE)
    # The bell.
    expect(host.next).to_have_text("Reveal", timeout=60_000)
    page.evaluate("letGo()")
    expect(phone.notice).to_have_text(
        "Your answer came after the end. The presenter can still count it."
    )
    host.press("1 late answer")
    host.page.get_by_role("button", name="Count the late answer of Ada").click()
    expect(host.page.locator("#late-list li")).to_have_count(0)
    has_handle(phone)
    host.page.locator("#now-button").click()
    host.take_step("Reveal")
    screen.eyes.wait_for(phone.colour())


def test_the_remote_says_who_is_missing(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, OPEN, {**OPEN, "question": "Where did you grow up?"})
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    for phone in (ada, ben):
        phone.place_marker()
    host.take_step("Show the result")
    host.take_step("Next: Where did you grow up?")
    host.take_step("Open answers")
    ada.place_marker()
    host.press("People")
    rows = host.page.locator("#people-list li")
    expect(rows.filter(has_text=ben.name)).to_contain_text("no answer yet")
    expect(rows.filter(has_text=ada.name)).not_to_contain_text("no answer yet")
    expect(host.page.locator("#people-answered")).to_have_text("1 of 2 have answered")


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
    has_handle(phone)
    expect(host.next).to_have_text("Close answers")


def test_a_tap_in_the_sequence_goes_there(venue: Venue, server: ServerProcess) -> None:
    room = stage(server, HIDDEN, OPEN, SHARED)
    host, phone = venue.remote(room), venue.phone(room)
    host.press("Sequence")
    host.page.locator(".sequence-go").nth(2).click()
    expect(phone.question).to_have_text("Where do we meet?")
    expect(host.page.locator("#sequence-sheet")).to_be_hidden()
    expect(host.stage).to_contain_text("3 of 3")


def test_the_screen_shows_the_part_that_the_remote_shows_and_keeps_it(
    venue: Venue, room: Room
) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    colour = phone.place_marker()
    there = phone.eyes.wait_still(colour)
    start = screen.eyes.wait_still(colour)
    host.choose_from_list("Marker 1")
    host.close_sheet()
    # It stays in view, so the screen shows it, too.
    host.page.locator("#zoom-in").click()
    host.eyes.wait_still(colour)
    host.press("Show a place")
    host.press("Show this part on the screen")
    screen.eyes.wait_away_from(colour, start, by=20)
    shown = screen.eyes.wait_still(colour)
    screen.reload()
    screen.eyes.wait_at(colour, shown, within=4)
    # Phones stay where they are.
    assert phone.eyes.wait_still(colour).distance(there) < 2
    expect(phone.page.locator("#go-there")).to_be_hidden()
    host.press("Show a place")
    host.press("Give the screen its own view back")
    screen.eyes.wait_at(colour, start, within=4)


def test_phones_are_invited_to_a_place_and_may_stay(venue: Venue, room: Room) -> None:
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    at = {phone: phone.eyes.wait_still(colour) for phone in (ada, ben)}
    for _step in range(3):
        host.page.locator("#zoom-in").click()
    host.press("Show a place")
    host.press("Bring everyone here")
    for phone in (ada, ben):
        expect(phone.page.locator("#go-there")).to_be_visible()
        assert phone.eyes.wait_still(colour).distance(at[phone]) < 2
    ada.page.get_by_role("button", name="Go there").click()
    ada.page.wait_for_function("() => document.querySelector('#go-there').hidden")
    ben.page.get_by_role("button", name="Stay here").click()
    expect(ben.page.locator("#go-there")).to_be_hidden()
    assert ben.eyes.wait_still(colour).distance(at[ben]) < 2


def test_a_question_that_opens_elsewhere_moves_nobody(venue: Venue, room: Room) -> None:
    host, ada = venue.remote(room), venue.phone(room)
    colour = ada.place_marker()
    at = ada.eyes.wait_still(colour)
    for _step in range(3):
        host.page.locator("#zoom-in").click()
    host.press("Show a place")
    host.press("Let the question open here")
    expect(ada.page.locator("#go-there")).to_be_visible()
    assert ada.eyes.wait_still(colour).distance(at) < 2
    ben = venue.phone(room)
    expect(ben.page.locator("#go-there")).to_be_hidden()


def test_a_marker_in_the_spotlight_pulses_everywhere(venue: Venue, room: Room) -> None:
    screen, host, phone = venue.screen(room), venue.remote(room), venue.phone(room)
    phone.place_marker()
    host.choose_from_list("Marker 1")
    host.press("Spotlight")
    for visitor in (screen, phone):
        expect(visitor.page.locator(".spotlight")).to_be_visible()
    host.press("Spotlight")
    for visitor in (screen, phone):
        expect(visitor.page.locator(".spotlight")).to_be_hidden()


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_who_reloads_sees_what_the_others_see(
    venue: Venue, server: ServerProcess, stages: int
) -> None:
    """L1, X1"""
    room = stage(server, HIDDEN, OPEN)
    host, ada, ben = venue.remote(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    for label in ["Close answers", "Reveal"][: stages - 1]:
        host.take_step(label)
    before = ben.hint.inner_text()
    ben.reload()
    expect(ben.hint).to_have_text(before)
    if stages < 3:
        assert ben.eyes.find(colour) is None
    else:
        ben.eyes.wait_for(colour)
    ada.reload()
    ada.eyes.wait_for(colour)
