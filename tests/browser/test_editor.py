"""Preparing a session: the questions of a room, edited before anybody comes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from testkit.server import ServerProcess
from tests.browser.accessibility import violations
from tests.browser.editing import ORDER, Editor, activities, opened, prepare
from tests.browser.layout import layout_problems
from tests.browser.test_keyboard import tab_to
from tests.browser.venue import LAPTOP, PHONE, Room, Venue, create_room, origin


@pytest.fixture(autouse=True)
def indexed(places_folder: Path) -> None:
    """The servers of these tests find places from the beginning."""


def test_five_questions_of_four_kinds_are_as_they_were_left(
    venue: Venue, server: ServerProcess
) -> None:
    room = create_room(server, question="Where did you travel from?")
    editor = opened(venue, room)
    page = editor.page
    prepare(editor)
    expect(editor.item("Was it a good day?")).to_be_focused()
    editor.item("Where next?").click()
    page.get_by_label("Timer").select_option("1 minute")
    editor.wait_saved()

    editor.reload()
    expect(editor.questions).to_have_text(ORDER)
    editor.item("Where next?").click()
    expect(page.get_by_label("Markers per person")).to_have_value("2")
    expect(page.get_by_label("Hide answers until you reveal them")).to_be_checked()
    expect(page.get_by_label("Timer")).to_have_value("60")
    stored = activities(server, room)
    assert [one["question"] for one in stored] == ORDER
    assert [one["kind"] for one in stored] == ["own", "zones", "guess", "own", "shared"]


def test_a_line_is_dragged_to_another_place(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, question="One")
    editor = opened(venue, room)
    for question in ("Two", "Three"):
        editor.add("Everyone places a marker")
        editor.question.fill(question)
    editor.wait_saved()
    grip = editor.page.locator(".activity-grip").nth(2).bounding_box()
    first = editor.page.locator(".activity-item").nth(0).bounding_box()
    assert grip
    assert first
    mouse = editor.page.mouse
    mouse.move(grip["x"] + 10, grip["y"] + 10)
    mouse.down()
    mouse.move(grip["x"] + 10, first["y"] + 4, steps=8)
    mouse.up()
    expect(editor.questions).to_have_text(["Three", "One", "Two"])
    editor.wait_saved()
    assert [one["question"] for one in activities(server, room)] == ["Three", "One", "Two"]


def test_what_was_deleted_comes_back(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, question="One")
    editor = opened(venue, room)
    editor.add("Guess the place")
    editor.question.fill("Two")
    editor.press("Duplicate")
    expect(editor.questions).to_have_text(["One", "Two", "Two"])
    editor.question.fill("Two again")
    expect(editor.questions).to_have_text(["One", "Two", "Two again"])
    editor.item("Two").first.click()
    editor.press("Delete")
    expect(editor.questions).to_have_text(["One", "Two again"])
    expect(editor.page.locator("#undo-text")).to_have_text("Deleted: Two")
    editor.press("Undo")
    expect(editor.questions).to_have_text(["One", "Two", "Two again"])
    # The one that is asked now stays: it says why.
    editor.item("One").click()
    editor.press("Delete")
    expect(editor.page.locator("#undo-text")).to_contain_text("is being shown")
    expect(editor.questions).to_have_count(3)


def test_a_wrong_value_is_told_beside_its_field(venue: Venue, server: ServerProcess) -> None:
    editor = opened(venue, create_room(server, question="One"))
    field = editor.page.get_by_label("Markers per person")
    field.fill("1000")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby") or ""
    expect(editor.page.locator(f"#{described}")).to_contain_text("1 to 100")
    expect(editor.page.locator("#saved-line")).to_have_text("Something needs your attention")
    field.fill("7")
    expect(field).to_have_attribute("aria-invalid", "false")
    editor.wait_saved()


def test_two_editors_see_each_others_newest(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, question="One")
    one, other = opened(venue, room), opened(venue, room)
    one.question.fill("From one")
    expect(other.question).to_have_value("From one")
    other.page.get_by_label("Timer").select_option("30 seconds")
    expect(one.page.get_by_label("Timer")).to_have_value("30")
    other.add("Guess the place")
    expect(one.questions).to_have_text(["From one", "Where is Oslo?"])


def test_the_place_where_a_map_opens_is_searched_and_moved(
    venue: Venue, server: ServerProcess
) -> None:
    room = create_room(server, question="One")
    editor = opened(venue, room)
    page = editor.page
    page.get_by_role("combobox", name="Where does the map open?").fill("Deventer")
    page.get_by_role("listbox", name="Places").get_by_role("option").first.click()
    editor.wait_saved()
    surface = activities(server, room)[0]["surface"]
    assert isinstance(surface, dict)
    view = surface["view"]
    assert abs(view["lat"] - 52.255) < 0.1
    assert abs(view["lng"] - 6.164) < 0.1
    page.get_by_role("application", name="Map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#saved-line")).to_have_text("Saving…")
    editor.wait_saved()
    surface = activities(server, room)[0]["surface"]
    assert isinstance(surface, dict)
    assert surface["view"]["lng"] > view["lng"] + 0.001
    assert surface["view"]["zoom"] == view["zoom"]
    page.get_by_label("Keep everyone in this part of the map").check()
    editor.wait_saved()
    surface = activities(server, room)[0]["surface"]
    assert isinstance(surface, dict)
    south, west, north, east = surface["bounds"]
    assert south < surface["view"]["lat"] < north
    assert west < surface["view"]["lng"] < east
    editor.press("Whole world")
    expect(page.get_by_label("Keep everyone in this part of the map")).not_to_be_checked()


def test_zones_are_drawn_named_and_typed(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, question="One")
    editor = opened(venue, room)
    page = editor.page
    editor.add("Pick a zone")
    names = page.locator(".zone-row").get_by_role("textbox", name=re.compile("Name of zone"))
    expect(names).to_have_count(3)
    editor.press("Draw a zone on the map")
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.28, steps=5)
    page.mouse.up()
    expect(names).to_have_count(4)
    expect(names.nth(3)).to_be_focused()
    page.keyboard.type("No opinion")
    page.get_by_label("Top edge of “No opinion”").fill("0.95")
    page.keyboard.press("Tab")
    editor.wait_saved()
    surface = activities(server, room)[1]["surface"]
    assert isinstance(surface, dict)
    zone = surface["zones"][3]
    assert (zone["label"], zone["id"]) == ("No opinion", "zone-4")
    south, west, north, east = zone["box"]
    assert north == 0.95
    assert 0 < south < north
    assert -0.5 < west < 0 < east < 0.5


def test_markers_are_pinned_named_dragged_and_removed(venue: Venue, server: ServerProcess) -> None:
    """They belong to the question: in the file, on the map of everybody, with a copy."""
    room = create_room(server, question="One")
    editor = opened(venue, room)
    page = editor.page
    editor.add("Everyone moves shared markers")
    editor.question.fill("Two")
    editor.press("Add a pinned marker")
    name = page.get_by_role("textbox", name="Label of pinned marker 1")
    expect(name).to_be_focused()
    page.keyboard.type("Start")
    editor.press("Add a pinned marker")
    page.get_by_label("Latitude of pinned marker 2").fill("10.5")
    editor.wait_saved()
    pins = pinned(server, room, 1)
    assert (pins[0].get("label"), pins[1].get("label")) == ("Start", None)
    assert pins[1]["lat"] == 10.5

    # Dragged with the mouse, and chosen with a click.
    pin = page.locator(".pinned-marker").first
    box = pin.bounding_box()
    assert box
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 82, box["y"] + 22, steps=5)
    page.mouse.up()
    expect(page.locator("#saved-line")).to_have_text("All saved ✓")
    page.wait_for_function(
        "before => document.querySelector('[aria-label^=\"Longitude of pinned marker 1\"]').value"
        " > before",
        arg=pins[0]["lng"] + 1,
    )
    editor.wait_saved()
    assert pinned(server, room, 1)[0]["lng"] > pins[0]["lng"] + 1
    page.get_by_role("button", name="Duplicate").focus()
    page.locator(".pinned-marker").nth(1).click()
    expect(page.get_by_role("textbox", name="Label of pinned marker 2")).to_be_focused()

    assert violations(page) == []
    editor.press("Duplicate")
    expect(editor.questions).to_have_text(["One", "Two", "Two"])
    assert pinned(server, room, 2) == pinned(server, room, 1)
    editor.press("Remove pinned marker 1")
    expect(page.get_by_role("button", name="Add a pinned marker")).to_be_focused()
    editor.wait_saved()
    assert [one["lat"] for one in pinned(server, room, 2)] == [10.5]
    assert len(pinned(server, room, 1)) == 2
    # On a plane there is no such place.
    page.get_by_label("Ground").select_option("Empty plane")
    expect(page.locator(".pin-row")).to_have_count(0)
    editor.wait_saved()
    assert pinned(server, room, 2) == []


def test_what_is_pinned_to_the_question_that_is_asked_is_seen_at_once(
    venue: Venue, server: ServerProcess
) -> None:
    room = create_room(server, question="One")
    editor, phone, remote = opened(venue, room), venue.phone(room), venue.remote(room)
    editor.press("Add a pinned marker")
    editor.page.keyboard.type("Start")
    editor.wait_saved()
    expect(phone.page.locator("#marker-count")).to_have_text("1")
    remote.choose_from_list("Start")
    remote.page.locator("#marker-remove").click()
    expect(phone.page.locator("#marker-count")).to_have_text("0")
    expect(editor.page.locator(".pin-row")).to_have_count(0)


def pinned(server: ServerProcess, room: Room, index: int) -> list[dict[str, Any]]:
    found: Any = activities(server, room)[index].get("pinned", [])
    return list(found)


def test_the_title_is_changed_here_and_on_the_remote(venue: Venue, server: ServerProcess) -> None:
    room = create_room(server, title="Monday", question="One")
    editor, other, remote = opened(venue, room), opened(venue, room), venue.remote(room)
    field = editor.page.get_by_label("Title of this map")
    expect(field).to_have_value("Monday")
    field.fill("Tuesday")
    editor.page.keyboard.press("Tab")
    expect(other.page.get_by_label("Title of this map")).to_have_value("Tuesday")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Tuesday")
    editor.wait_saved()
    remote.press("Title")
    dialog = remote.page.get_by_role("textbox", name="The title of this map")
    expect(dialog).to_have_value("Tuesday")
    dialog.fill("Wednesday")
    remote.page.get_by_role("button", name="Save").click()
    expect(other.page.get_by_label("Title of this map")).to_have_value("Wednesday")
    remote.page.get_by_role("button", name="Undo").click()
    remote.wait_heard("Undone.")
    expect(other.page.get_by_label("Title of this map")).to_have_value("Tuesday")
    other.reload()
    expect(other.page.get_by_label("Title of this map")).to_have_value("Tuesday")
    other.page.get_by_label("Title of this map").fill("")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Your questions")
    expect(field).to_have_value("")


def test_a_session_goes_into_a_file_and_comes_out_of_it(
    venue: Venue, server: ServerProcess, tmp_path: Path
) -> None:
    room = create_room(server, question="One")
    editor = opened(venue, room)
    editor.add("Four corners")
    editor.wait_saved()
    with editor.page.expect_download() as saving:
        editor.press("Save to a file")
    path = tmp_path / saving.value.suggested_filename
    saving.value.save_as(path)
    assert path.name == "One.json"
    saved = json.loads(path.read_text())
    assert [one["question"] for one in saved["activities"]] == [
        "One",
        "What would you like to do next?",
    ]

    home = venue.page(origin(server), LAPTOP)
    home.get_by_text("Start from a template or a saved session").click()
    home.locator("#session-file").set_input_files(path)
    home.wait_for_url("**/edit")
    again = Editor(home)
    expect(again.questions).to_have_text(["One", "What would you like to do next?"])
    again.press("Add a question")
    home.locator("#add-file").set_input_files(path)
    expect(again.questions).to_have_count(4)


def test_a_template_opens_its_editor(venue: Venue, server: ServerProcess) -> None:
    home = venue.page(origin(server), LAPTOP)
    home.get_by_text("Start from a template or a saved session").click()
    home.get_by_role("button", name="Guess the place").click()
    home.wait_for_url("**/edit")
    editor = Editor(home)
    expect(editor.questions).to_have_text(
        ["Where is Oslo?", "Where is Timbuktu?", "Where is Ushuaia?"]
    )
    expect(home.get_by_role("heading", level=1)).to_have_text("Guess the place")


def test_a_session_is_prepared_by_keyboard_alone(venue: Venue, server: ServerProcess) -> None:
    """WCAG 2.1.1, 2.4.3, 2.5.7"""
    room = create_room(server, question="One")
    editor = opened(venue, room)
    page = editor.page
    tab_to(page, "Add a question")
    page.keyboard.press("Enter")
    tab_to(page, re.compile("Pick a zone"))
    page.keyboard.press("Enter")
    expect(editor.question).to_be_focused()
    page.keyboard.type("Agreed?")
    tab_to(page, "Add a zone")
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name of zone 4")
    expect(name).to_be_focused()
    page.keyboard.type("Other")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Left edge of “Other”")).to_be_focused()
    page.keyboard.press("ArrowUp")
    editor.wait_saved()
    tab_to(page, re.compile("2 Agreed?"))
    page.keyboard.press("Alt+ArrowUp")
    expect(editor.questions).to_have_text(["Agreed?", "One"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(editor.question).to_have_value("One")


def test_fifty_questions_are_quick(venue: Venue, server: ServerProcess) -> None:
    questions = [{"kind": "own", "question": f"Question {number}"} for number in range(1, 51)]
    room = create_room(server, activities=questions)
    editor = opened(venue, room)
    expect(editor.questions).to_have_count(50)
    editor.item("Question 7").first.focus()
    editor.page.keyboard.press("End")
    editor.page.keyboard.press("Enter")
    expect(editor.question).to_have_value("Question 50")
    editor.question.fill("The last one")
    expect(editor.questions.last).to_have_text("The last one")
    editor.press("Duplicate")
    expect(editor.page.locator("#undo-text")).to_have_text("A session holds at most 50 questions.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_editor(venue: Venue, server: ServerProcess, scheme: str) -> None:
    room = create_room(server, question="One")
    url = f"{room.join_url}/edit#key={room.host_key}"
    editor = Editor(venue.page(url, LAPTOP, color_scheme=scheme))
    found = {}
    for title in ("Guess the place", "Pick a zone", "Everyone moves shared markers"):
        editor.press("Add a question")
        expect(editor.page.get_by_role("button", name="Four corners")).to_be_visible()
        found[f"adding {title}"] = violations(editor.page)
        editor.page.get_by_role("dialog").get_by_role("button", name=title).first.click()
        expect(editor.question).to_be_focused()
        found[title] = violations(editor.page)
    editor.press("Delete")
    expect(editor.page.get_by_role("button", name="Undo")).to_be_visible()
    found["deleted"] = violations(editor.page)
    assert {state: one for state, one in found.items() if one} == {}


def test_on_a_phone_the_list_comes_first_and_then_the_form(
    venue: Venue, server: ServerProcess
) -> None:
    room = create_room(server, question="One")
    editor = Editor(venue.page(f"{room.join_url}/edit#key={room.host_key}", PHONE))
    page = editor.page
    expect(editor.question).to_be_hidden()
    problems = {"the list": layout_problems(page)}
    editor.add("Pick a zone")
    expect(editor.item("One")).to_be_hidden()
    problems["the form"] = layout_problems(page)
    assert violations(page) == []
    editor.press("All questions")
    expect(editor.item("One")).to_be_visible()
    expect(editor.item("Do you agree?")).to_be_focused()
    assert {state: found for state, found in problems.items() if found} == {}


def test_without_the_key_the_page_says_what_it_needs(venue: Venue, room: Room) -> None:
    page = venue.page(f"{room.join_url}/edit", LAPTOP)
    expect(page.get_by_role("heading", name="This page needs the remote link")).to_be_visible()
    assert violations(page) == []
