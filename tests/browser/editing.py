"""The page on which a session is prepared, as a page object, and what the server has of it."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, Page, expect

from testkit.server import ServerProcess
from tests.browser.venue import LAPTOP, Room, Venue

# What `prepare` leaves behind.
ORDER = [
    "Where did you travel from?",
    "Was it a good day?",
    "Where is Timbuktu?",
    "Where next?",
    "Where do the teams go?",
]


class Editor:
    """The page on which a session is prepared, as a host uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.locator("#activities li")).not_to_have_count(0)

    @property
    def questions(self) -> Locator:
        return self.page.locator(".activity-question")

    @property
    def question(self) -> Locator:
        return self.page.get_by_label("Question", exact=True)

    def item(self, question: str) -> Locator:
        asked = self.page.locator(".activity-question").get_by_text(question, exact=True)
        return self.page.locator(".activity-button").filter(has=asked)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def add(self, title: str) -> None:
        """Add what this choice of the dialog offers, and wait for its form."""
        count = self.questions.count()
        self.press("Add a question")
        self.page.get_by_role("dialog").get_by_role("button", name=title).first.click()
        expect(self.questions).not_to_have_count(count)
        expect(self.question).to_be_focused()

    def wait_saved(self) -> None:
        expect(self.page.locator("#saved-line")).to_have_text("All saved ✓")

    def reload(self) -> None:
        self.page.reload()
        expect(self.page.locator("#activities li")).not_to_have_count(0)


def opened(venue: Venue, room: Room, page: Page | None = None) -> Editor:
    url = f"{room.join_url}/edit#key={room.host_key}"
    return Editor(page or venue.page(url, LAPTOP))


def activities(server: ServerProcess, room: Room) -> list[dict[str, object]]:
    """What the server has, as a host saves it to a file."""
    answer = httpx.get(
        f"{server.url}/api/rooms/{room.code}/activities",
        headers={"Authorization": f"Bearer {room.host_key}"},
    )
    answer.raise_for_status()
    found: list[dict[str, object]] = answer.json()["activities"]
    return found


def prepare(editor: Editor) -> None:
    """Add four questions to "Where did you travel from?", of all kinds, and reorder two of them.

    One by button, and one by keyboard from the list.
    """
    page = editor.page
    editor.add("Guess the place")
    editor.question.fill("Where is Timbuktu?")
    page.get_by_label("Timer").select_option("No timer")
    editor.add("Pick a zone")
    editor.question.fill("Was it a good day?")
    editor.add("Everyone moves shared markers")
    editor.question.fill("Where do the teams go?")
    editor.add("Everyone places a marker")
    editor.question.fill("Where next?")
    page.get_by_label("Markers per person").fill("2")
    page.get_by_label("Hide answers until you reveal them").check()
    editor.press("Move up")
    editor.item("Was it a good day?").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(editor.questions).to_have_text(ORDER)
    editor.wait_saved()
