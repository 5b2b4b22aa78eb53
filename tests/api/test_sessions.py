"""Rooms that are opened with several activities, and saved as a file."""

import json
from typing import Any

import pytest
from django.test import AsyncClient

from mapapp.models import Activity
from tests.api.asking import error, post

pytestmark = pytest.mark.django_db(transaction=True)


PLANS = [
    {"kind": "own", "question": "Where?", "settings": {"hidden": True}},
    {
        "kind": "zones",
        "question": "Agree?",
        "surface": {
            "kind": "plane",
            "axes": {"x": ["No", "Yes"]},
            "zones": [{"id": "no", "label": "No", "box": [-1, -1, 1, 0]}],
        },
    },
]


async def test_a_room_is_opened_with_its_activities_and_saved_as_a_file(
    async_client: AsyncClient,
) -> None:
    response = await post(async_client, {"title": "Monday", "activities": PLANS})
    assert response.status_code == 201
    opened = json.loads(response.content)
    saved = await async_client.get(
        f"/api/rooms/{opened['code']}/activities",
        headers={"authorization": f"Bearer {opened['host_key']}"},
    )
    assert saved.status_code == 200
    found = json.loads(saved.content)
    assert found["title"] == "Monday"
    assert [a["question"] for a in found["activities"]] == ["Where?", "Agree?"]
    assert found["activities"][1]["surface"]["axes"] == {"x": ["No", "Yes"]}
    # The file opens another room that is the same.
    again = json.loads((await post(async_client, found)).content)
    other = await async_client.get(
        f"/api/rooms/{again['code']}/activities",
        headers={"authorization": f"Bearer {again['host_key']}"},
    )
    assert json.loads(other.content) == found


async def test_a_file_has_the_markers_that_hosts_have_pinned(async_client: AsyncClient) -> None:
    pinned = [{"lat": 52.25, "lng": 6.16, "label": "Start"}, {"lat": 52.5, "lng": 6.5}]
    activities = [{"question": "Where?"}, {"question": "How?", "kind": "shared", "pinned": pinned}]
    opened = json.loads((await post(async_client, {"activities": activities})).content)
    saved = await async_client.get(
        f"/api/rooms/{opened['code']}/activities",
        headers={"authorization": f"Bearer {opened['host_key']}"},
    )
    found = json.loads(saved.content)["activities"]
    assert [one.get("pinned") for one in found] == [None, pinned]


async def test_a_session_is_told_to_its_host_alone(async_client: AsyncClient) -> None:
    code = json.loads((await post(async_client, {"activities": PLANS})).content)["code"]
    response = await async_client.get(f"/api/rooms/{code}/activities")
    assert response.status_code == 403
    assert error(response)["code"] == "wrong_key"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"activities": []}, "activities"),
        ({"activities": {}}, "activities"),
        ({"activities": PLANS * 26}, "activities"),
        ({"activities": PLANS, "question": "Where?"}, "question"),
        ({"activities": [{"question": "?", "colour": 1}]}, "activities[0].colour"),
        (
            {"activities": [{"question": "?", "pinned": [{"lat": 1, "lng": 2, "size": 3}]}]},
            "activities[0].pinned[0].size",
        ),
        (
            {"activities": [{"question": "?", "pinned": [{"lat": 1, "lng": 2}] * 51}]},
            "activities[0].pinned",
        ),
        (
            {"activities": [*PLANS, {"question": "?", "surface": {"zones": [{}]}}]},
            "activities[2].surface.zones[0].id",
        ),
    ],
)
async def test_an_activity_that_cannot_be_is_named(
    async_client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    response = await post(async_client, body)
    assert response.status_code == 400
    assert error(response)["field"] == field
    assert not await Activity.objects.aexists()
