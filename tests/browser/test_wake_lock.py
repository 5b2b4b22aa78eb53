"""The screen and the remote keep their device awake, where the browser lets them.

Browsers have wake locks in secure contexts only: https, or this machine itself.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Remote, Screen, Visitor
from tests.browser.venue import PHONE, PROJECTOR, Room, Venue

# Keeps the browser's real locks, and counts the refusals.
NOTE = """
const { wakeLock } = navigator;
if (wakeLock) {
  window.locks = [];
  window.refusals = 0;
  const request = wakeLock.request.bind(wakeLock);
  wakeLock.request = async (type) => {
    try {
      const lock = await request(type);
      window.locks.push(lock);
      return lock;
    } catch (error) {
      window.refusals += 1;
      throw error;
    }
  };
}
"""
HELD = "locks.filter((lock) => lock.type === 'screen' && !lock.released).length"
AWAKE: list[tuple[type[Visitor], str, Any]] = [
    (Screen, "screen_url", PROJECTOR),
    (Remote, "host_url", PHONE),
]


def open_page(
    venue: Venue, room: Room, kind: type[Visitor], url: str, size: Any, permissions: list[str]
) -> Visitor:
    """Open the page of this kind, noting what becomes of its locks."""
    context = venue.context(size, permissions=permissions)
    context.add_init_script(NOTE)
    page = context.new_page()
    page.goto(url)
    visitor = venue.visitor(kind, page)
    visitor.wait_live()
    return visitor


def on_this_machine(url: str) -> str:
    """The same page at the address that is a secure context without https."""
    return re.sub(r"//[^:/]+", "//127.0.0.1", url)


def set_visible(page: Page, state: str) -> None:
    """Do what a browser does when a page is hidden or shown again.

    Playwright keeps all its pages visible, so this page is only told; the locks are real.
    """
    page.evaluate(
        """async (state) => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          if (state === "hidden") await Promise.all(locks.map((lock) => lock.release()));
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


@pytest.mark.parametrize(("kind", "address", "size"), AWAKE)
def test_a_device_stays_awake_and_again_after_it_was_away(
    venue: Venue, room: Room, kind: type[Visitor], address: str, size: Any
) -> None:
    url = on_this_machine(getattr(room, address))
    page = open_page(venue, room, kind, url, size, ["screen-wake-lock"]).page
    page.wait_for_function(f"() => {HELD} === 1")
    set_visible(page, "hidden")
    assert page.evaluate(HELD) == 0
    set_visible(page, "visible")
    page.wait_for_function(f"() => {HELD} === 1")
    assert page.evaluate("locks.length") == 2


@pytest.mark.parametrize(("kind", "address", "size"), AWAKE)
def test_a_refusal_is_taken_in_silence(
    venue: Venue, room: Room, kind: type[Visitor], address: str, size: Any
) -> None:
    """As of a browser whose battery is low."""
    visitor = open_page(venue, room, kind, on_this_machine(getattr(room, address)), size, [])
    visitor.page.wait_for_function("() => refusals === 1")
    expect(visitor.banner).to_be_hidden()
    # What a page complains about, an unhandled rejection for instance, fails the venue.


@pytest.mark.parametrize(("kind", "address", "size"), AWAKE)
def test_where_there_are_no_locks_nothing_is_missing(
    venue: Venue, room: Room, kind: type[Visitor], address: str, size: Any
) -> None:
    visitor = open_page(venue, room, kind, getattr(room, address), size, [])
    assert visitor.page.evaluate("isSecureContext || 'wakeLock' in navigator") is False
    expect(visitor.banner).to_be_hidden()


def test_a_phone_in_the_audience_may_go_to_sleep(venue: Venue, room: Room) -> None:
    """A hall full of people must not empty its batteries."""
    page = venue.context(PHONE, permissions=["screen-wake-lock"]).new_page()
    page.context.add_init_script(NOTE)
    page.goto(on_this_machine(room.join_url))
    page.locator(".marker-canvas").wait_for(state="attached")
    assert page.evaluate("locks.length + refusals") == 0
