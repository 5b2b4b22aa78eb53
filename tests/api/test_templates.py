"""`GET /api/templates`: sessions that anybody can begin with."""

from typing import Any

import pytest
from django.test import AsyncClient

from mapapp.rooms.session_templates import session_templates


async def found(client: AsyncClient) -> list[dict[str, Any]]:
    response = await client.get("/api/templates")
    assert response.status_code == 200
    listed: list[dict[str, Any]] = response.json()["templates"]
    return listed


async def test_templates_are_offered_in_their_order(async_client: AsyncClient) -> None:
    listed = await found(async_client)
    assert [one["title"] for one in listed] == [
        "Where are you from?",
        "Guess the place",
        "Where should it go?",
        "Agree or disagree?",
        "Move the teams",
        "Four corners",
        "Two by two",
        "Scale 0 to 10",
        "A, B, C or D",
    ]
    assert len({one["id"] for one in listed}) == len(listed)
    assert all(set(one) == {"id", "title", "description", "activities"} for one in listed)


async def test_templates_may_be_kept_by_browsers(async_client: AsyncClient) -> None:
    response = await async_client.get("/api/templates")
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies
    assert (await async_client.post("/api/templates")).status_code == 405


@pytest.mark.parametrize("template", session_templates(), ids=lambda one: one.id)
@pytest.mark.django_db(transaction=True)
async def test_each_template_opens_a_room(async_client: AsyncClient, template: Any) -> None:
    response = await async_client.post(
        "/api/rooms",
        {"title": template.title, "activities": template.activities},
        content_type="application/json",
    )
    assert response.status_code == 201, response.content.decode()


@pytest.mark.parametrize("template", session_templates(), ids=lambda one: one.id)
def test_the_zones_of_a_template_do_not_overlap(template: Any) -> None:
    """A marker counts for one zone: two that overlap would count by their order."""
    for activity in template.activities:
        boxes = [zone["box"] for zone in activity["surface"].get("zones", [])]
        for index, (south, west, north, east) in enumerate(boxes):
            for other in boxes[:index]:
                apart = (
                    north <= other[0] or south >= other[2] or east <= other[1] or west >= other[3]
                )
                assert apart, (boxes[index], other)
