"""The timer, answers that come late, and who has not answered."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.people import MIDDLE, Phone
from tests.browser.questions import OPEN, stage, timed
from tests.browser.venue import PHONE, Venue

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
    expect(phone.marker).to_be_visible()
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
