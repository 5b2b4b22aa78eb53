"""A link shows results to whoever has it: as much as the audience sees, until it is revoked."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils import timezone

from mapapp.domain.activity import read_plan
from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.changes.flow import Stage
from mapapp.domain.changes.markers import Add
from mapapp.domain.changes.people import Ban
from mapapp.domain.keys import hash_key
from mapapp.domain.storing import Submission
from mapapp.models import ResultLink, Room
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.rooms.result_links import LINKS_LIMIT, new_result_link
from mapapp.runtime import this_runtime
from mapapp.storage.store import DatabaseStore

pytestmark = pytest.mark.django_db(transaction=True)

HOST = Actor(uuid.uuid4(), "The host", host=True, key=1)
ANN, BOB = Actor(uuid.uuid4(), "Ann"), Actor(uuid.uuid4(), "Bob")
SECRET = "SECRET"
OSLO = (59.91, 10.75)


@pytest.fixture(autouse=True)
def calculator() -> Iterator[None]:
    yield
    this_runtime().calculator.close()


def play(made: CreatedRoom, *operations: tuple[Actor, Operation]) -> None:
    for actor, operation in operations:
        (answer,) = DatabaseStore().commit([Submission(made.room.pk, operation, actor)]).answers
        assert not answer.code, answer
    this_runtime().shared_results.forget(made.room.pk)


def room() -> CreatedRoom:
    """A guess, which is hidden by nature, and an activity that has not begun."""
    guess = {"kind": "guess", "question": "Oslo?", "settings": {"targets": [[*OSLO, 0]]}}
    later = {"kind": "own", "question": "Later"}
    return create_room(title="Monday", activities=[read_plan(guess), read_plan(later)])


async def made(client: AsyncClient, room: CreatedRoom, method: str = "post") -> Any:
    response = await getattr(client, method)(
        f"/api/rooms/{room.room.code}/result-links",
        headers={"authorization": f"Bearer {room.host_key}"},
    )
    assert response["Cache-Control"] == "no-store"
    return response


async def link(client: AsyncClient, room: CreatedRoom) -> str:
    response = await made(client, room)
    assert response.status_code == 201
    return str(json.loads(response.content)["url"].rpartition("/results/")[2])


async def shown(client: AsyncClient, token: str) -> Any:
    return await client.get(f"/api/results/{token}")


async def test_a_link_shows_each_revealed_activity_with_its_result(
    async_client: AsyncClient,
) -> None:
    opened = await sync_to_async(room)()
    await sync_to_async(play)(
        opened,
        (ANN, Add(*OSLO, label="here")),
        (BOB, Add(52.0, 5.0)),
        (HOST, Add(1.0, 1.0)),
        (HOST, Stage("closed", (1, "answer", 1))),
        (HOST, Stage("revealed", (1, "closed", 1))),
    )
    response = await shown(async_client, await link(async_client, opened))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    found = json.loads(response.content)
    assert found["title"] == "Monday"
    (activity,) = found["activities"]  # the second one is only prepared
    assert activity["question"] == "Oslo?"
    assert activity["settings"]["targets"] == [[*OSLO, 0]]
    assert activity["result"]["people"] == 2, "the host's own does not count"
    assert [place for _, _, place in activity["result"]["guess"]["podium"]] == [1, 2]
    assert [label for *_, label in activity["markers"]] == ["here", "", ""]


async def test_what_is_hidden_is_not_shown(async_client: AsyncClient) -> None:
    """X1: neither answers, nor the target, nor the question of what is only prepared."""
    opened = await sync_to_async(room)()
    await sync_to_async(play)(opened, (ANN, Add(*OSLO, label=SECRET)))
    token = await link(async_client, opened)
    response = await shown(async_client, token)
    assert json.loads(response.content)["activities"] == []
    for secret in (SECRET, "59.9", "Later"):
        assert secret not in response.content.decode()


async def test_who_was_removed_is_not_shown(async_client: AsyncClient) -> None:
    opened = await sync_to_async(create_room)()
    await sync_to_async(play)(opened, (ANN, Add(1, 2, label=SECRET)), (HOST, Ban(1)))
    response = await shown(async_client, await link(async_client, opened))
    assert SECRET not in response.content.decode()


async def test_a_link_works_until_the_host_revokes_it(async_client: AsyncClient) -> None:
    opened = await sync_to_async(create_room)()
    first, second = await link(async_client, opened), await link(async_client, opened)
    assert first != second
    for token in (first, second):
        assert (await shown(async_client, token)).status_code == 200
    counted = await made(async_client, opened, "get")
    assert json.loads(counted.content) == {"links": 2}
    revoked = await made(async_client, opened, "delete")
    assert json.loads(revoked.content) == {"revoked": 2}
    for token in (first, second):
        response = await shown(async_client, token)
        assert response.status_code == 404
        assert json.loads(response.content)["error"]["code"] == "no_link"
    again = await link(async_client, opened)
    assert (await shown(async_client, again)).status_code == 200


async def test_only_hosts_make_and_revoke_links(async_client: AsyncClient) -> None:
    """A1"""
    opened, other = await sync_to_async(create_room)(), await sync_to_async(create_room)()
    address = f"/api/rooms/{opened.room.code}/result-links"
    for key in ("", "wrong", other.host_key):
        for method in (async_client.get, async_client.post, async_client.delete):
            response = await method(address, headers={"authorization": f"Bearer {key}"})
            assert response.status_code == 403


async def test_tokens_are_kept_as_hashes_and_cannot_be_guessed(async_client: AsyncClient) -> None:
    opened = await sync_to_async(create_room)()
    token = await link(async_client, opened)
    (stored,) = [one async for one in ResultLink.objects.all()]
    assert stored.hash == hash_key(token)
    assert token not in str(stored)
    assert (await shown(async_client, "A" * 24)).status_code == 404
    for odd in ("short", "x" * 25, "%00" * 8):
        assert (await shown(async_client, odd)).status_code == 404


async def test_a_link_ends_with_its_room(async_client: AsyncClient) -> None:
    opened = await sync_to_async(create_room)()
    token = await link(async_client, opened)
    await Room.objects.aupdate(expires=timezone.now() - timedelta(seconds=1))
    assert (await shown(async_client, token)).status_code == 404


def test_a_room_has_a_bounded_number_of_links() -> None:
    """A3: the oldest makes way."""
    opened = create_room()
    now = timezone.now()
    tokens = [new_result_link(opened.room.pk, now + timedelta(seconds=n)) for n in range(25)]
    kept = set(ResultLink.objects.values_list("hash", flat=True))
    assert kept == {hash_key(token) for token in tokens[-LINKS_LIMIT:]}


async def test_many_who_open_a_link_at_once_share_what_was_read(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await sync_to_async(create_room)()
    token = await link(async_client, opened)
    shared = this_runtime().shared_results
    reads = 0
    run = shared._run

    async def counted(*args: Any) -> Any:
        nonlocal reads
        reads += 1
        return await run(*args)

    monkeypatch.setattr(shared, "_run", counted)
    for _ in range(5):
        assert (await shown(async_client, token)).status_code == 200
    assert reads == 1


async def test_the_page_says_nothing_of_the_link_to_others(async_client: AsyncClient) -> None:
    response = await async_client.get(f"/results/{'A' * 24}")
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
