"""Each template, as the big screen and a phone show it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mapapp.rooms.session_templates import SessionTemplate, session_templates
from testkit.server import ServerProcess
from tests.browser.layout import layout_problems
from tests.browser.venue import Venue, create_room


@pytest.mark.parametrize("template", session_templates(), ids=lambda one: one.id)
def test_a_template_is_shown_well(
    venue: Venue, server: ServerProcess, template: SessionTemplate
) -> None:
    room = create_room(server, title=template.title, activities=template.activities)
    screen, phone = venue.screen(room), venue.phone(room)
    for visitor in (screen, phone):
        expect(visitor.question).to_have_text(template.activities[0]["question"])
        assert layout_problems(visitor.page) == []
