"""The host takes the results home: content and sight of what is exported."""

import csv
import io
import json
import uuid
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import geojson
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import AsyncClient
from django.utils import timezone

from mapapp.api.v1.result_formats import RESULT_FORMATS, harmless
from mapapp.domain.activity import read_plan
from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.changes.flow import Stage
from mapapp.domain.changes.markers import Add, Edit, Place, Remove
from mapapp.domain.changes.people import Ban, Name
from mapapp.domain.changes.steering import Close
from mapapp.domain.room import RoomState
from mapapp.domain.sight import sight_of
from mapapp.domain.storing import Submission
from mapapp.models import Activity, Change, Key, Marker, Participant, Room
from mapapp.rooms import results as results_module
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.store import DatabaseStore
from tests.api.asking import Ask

pytestmark = pytest.mark.django_db(transaction=True)

ENDINGS = sorted(RESULT_FORMATS)
HOST = Actor(uuid.uuid4(), "The host", host=True, key=1)
ANN = Actor(uuid.uuid4(), "Jörg Æther 🦊")
BOB = Actor(uuid.uuid4(), "=Bob")
EVE = Actor(uuid.uuid4(), "Eve")
MUM = Actor(uuid.uuid4(), "Only a name")


async def body(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    found = b"".join([piece async for piece in response.streaming_content])
    response.close()
    assert response["Content-Length"] == str(len(found))
    return found


async def error(response: Any) -> tuple[int, str]:
    return response.status_code, json.loads(response.content)["error"]["code"]


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def play(room: Room) -> None:
    """Four people answer; one marker and one person are removed again."""
    store = DatabaseStore()
    markers: dict[str, int] = {}
    for actor, operation in [
        (MUM, Name("Only a name")),
        (ANN, Add(52.2512345678, 6.1598765432, label="Überall, “hier”\n")),
        (BOB, Add(-33.5, -179.9999999, label='=HYPERLINK("http://x.example","y")', icon=3)),
        (EVE, Add(1, 2, label="rude")),
        (HOST, Add(10, 20, label="host’s")),
        (HOST, Add(11, 21, label="to be removed")),
        (HOST, Remove(5)),
        (HOST, Ban(4)),
        (ANN, Edit(1, colour=7)),
    ]:
        (answer,) = store.commit([Submission(room.pk, operation, actor)]).answers
        assert not answer.code, answer
        markers[actor.name] = answer.marker


# --- content -------------------------------------------------------------------------


async def test_json_has_the_room_its_activities_its_people_and_what_is_on_the_map(
    ask: Ask, opened: CreatedRoom
) -> None:
    await sync_to_async(play)(opened.room)
    response = await ask("json")
    found = json.loads(await body(response))
    room = await Room.objects.aget(pk=opened.room.pk)
    assert found["revision"] == room.revision == int(response["X-Revision"])
    assert found["room"] == {
        "code": room.code,
        "title": "Monday",
        "question": "Where to?",
        "activity": 1,
        "phase": "open",
        "created": room.created.isoformat(timespec="seconds"),
    }
    (activity,) = found["activities"]
    assert (activity["position"], activity["kind"], activity["question"]) == (1, "own", "Where to?")
    assert activity["surface"]["view"] == {"lat": 20.0, "lng": 10.0, "zoom": 2.0}
    assert activity["settings"] == {"hidden": False, "markers_each": 1, "seconds": 0}
    assert (activity["stage"], activity["round"]) == ("answer", 1)
    assert [person["name"] for person in found["people"]] == [ANN.name, BOB.name, HOST.name]
    assert [marker["marker"] for marker in found["markers"]] == [1, 2, 4]
    first, second, third = found["markers"]
    assert (first["lat"], first["lng"]) == (52.251235, 6.159877)
    assert first["label"] == "Überall, “hier”"
    assert (first["person"], first["name"], first["activity"]) == (2, ANN.name, 1)
    assert (first["colour"], second["icon"], third["name"]) == (7, 3, HOST.name)
    assert second["label"].startswith("=HYPERLINK"), "as it is: only spreadsheets take formulas"


async def test_times_say_when_a_marker_was_added_and_when_it_last_changed(
    ask: Ask, opened: CreatedRoom
) -> None:
    await sync_to_async(play)(opened.room)
    changes = [change async for change in Change.objects.order_by("revision")]
    for second, change in enumerate(changes):
        change.at = datetime(2026, 5, 1, 12, 0, second, 987654, tzinfo=UTC)
        await change.asave()
    added = {c.marker: c.at for c in changes if c.kind == "add"}
    edited = next(c.at for c in changes if c.kind == "edit")
    found = json.loads(await body(await ask("json")))["markers"]
    for marker in found:
        at = added[marker["marker"]]
        assert marker["added"] == at.isoformat(timespec="seconds")
    assert found[0]["changed"] == edited.isoformat(timespec="seconds") != found[0]["added"]
    assert found[1]["changed"] == found[1]["added"]


async def test_geojson_is_valid_and_has_the_longitude_first(ask: Ask, opened: CreatedRoom) -> None:
    """RFC 7946, as a library reads it."""
    await sync_to_async(play)(opened.room)
    response = await ask("geojson")
    assert response["Content-Type"] == "application/geo+json"
    text = await body(response)
    found = geojson.loads(text.decode())
    assert isinstance(found, geojson.FeatureCollection)
    assert found.is_valid, found.errors()
    assert all(isinstance(feature, geojson.Feature) for feature in found.features)
    plain = json.loads(text)
    assert set(plain) == {"type", "features"}, "no crs: the RFC has none"
    first, second, _third = plain["features"]
    assert first["id"] == first["properties"]["marker"] == 1
    assert first["geometry"] == {"type": "Point", "coordinates": [6.159877, 52.251235]}
    assert second["geometry"]["coordinates"] == [-180.0, -33.5]
    assert set(first["properties"]) == {
        *("marker", "activity", "label", "colour", "icon", "person", "name", "added", "changed"),
        *("zone", "zone_label", "km", "place", "before_lat", "before_lng", "pinned"),
    }


async def test_csv_is_read_back_as_it_was_but_for_formulas(ask: Ask, opened: CreatedRoom) -> None:
    """RFC 4180; a byte order mark, so that spreadsheets read umlauts."""
    await sync_to_async(play)(opened.room)
    response = await ask("csv")
    assert response["Content-Type"].startswith("text/csv; charset=utf-8")
    text = await body(response)
    assert text.startswith(b"\xef\xbb\xbfmarker,activity,")
    assert text.count(b"\n") == text.count(b"\r\n") == 4
    first, second, third = rows(text)
    assert (first["label"], first["name"]) == ("Überall, “hier”", ANN.name)
    assert (first["lat"], first["lng"]) == ("52.251235", "6.159877")
    assert (first["question"], first["activity"], first["colour"]) == ("Where to?", "1", "7")
    assert second["label"] == '\'=HYPERLINK("http://x.example","y")'
    assert (second["name"], second["lat"]) == ("'=Bob", "-33.500000")
    assert third["added"].endswith("+00:00")


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(start: str) -> None:
    """As OWASP advises against CSV injection."""
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "Trier", "1+1", "a=b", "'=1", "🦊 -1", "ä"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


async def test_a_question_is_made_harmless_too(ask: Ask, opened: CreatedRoom) -> None:
    await sync_to_async(play)(opened.room)
    await Activity.objects.aupdate(question="-1+1?")
    assert {row["question"] for row in rows(await body(await ask("csv")))} == {"'-1+1?"}


async def test_an_empty_room_is_an_empty_export(ask: Ask) -> None:
    plain = json.loads(await body(await ask("geojson")))
    assert plain == {"type": "FeatureCollection", "features": []}
    assert rows(await body(await ask("csv"))) == []
    found = json.loads(await body(await ask("json")))
    assert (found["people"], found["markers"], found["revision"]) == ([], [], 0)


async def test_markers_of_several_activities_name_theirs(ask: Ask, opened: CreatedRoom) -> None:
    await sync_to_async(play)(opened.room)
    second = await Activity.objects.acreate(
        room=opened.room, number=2, position=2, question="And then?", kind="shared"
    )
    await Marker.objects.filter(number=2).aupdate(activity=second)
    found = json.loads(await body(await ask("json")))
    assert [activity["kind"] for activity in found["activities"]] == ["own", "shared"]
    assert [marker["activity"] for marker in found["markers"]] == [1, 2, 1]
    assert [row["question"] for row in rows(await body(await ask("csv")))] == [
        *("Where to?", "And then?", "Where to?")
    ]


async def test_markers_of_discarded_activities_are_left_out(ask: Ask, opened: CreatedRoom) -> None:
    await sync_to_async(play)(opened.room)
    gone = await Activity.objects.acreate(
        room=opened.room, number=2, position=2, question="No more", discarded=True
    )
    await Marker.objects.filter(number=2).aupdate(activity=gone)
    text = await body(await ask("json"))
    assert [marker["marker"] for marker in json.loads(text)["markers"]] == [1, 4]
    assert b"No more" not in text


OSLO, BERGEN, PARIS = (59.91, 10.75), (60.39, 5.32), (48.86, 2.35)


def play_session(plans: list[dict[str, Any]], *operations: tuple[Actor, Operation]) -> CreatedRoom:
    """A room with these activities, and what people do in it."""
    made = create_room(activities=[read_plan(plan) for plan in plans])
    for actor, operation in operations:
        (answer,) = DatabaseStore().commit([Submission(made.room.pk, operation, actor)]).answers
        assert not answer.code, answer
    return made


async def exported(ask_for: AsyncClient, made: CreatedRoom, ending: str) -> bytes:
    return await body(
        await ask_for.get(
            f"/api/rooms/{made.room.code}/results.{ending}",
            headers={"authorization": f"Bearer {made.host_key}"},
        )
    )


async def test_guesses_have_their_distance_and_their_place(async_client: AsyncClient) -> None:
    """People with equal distances share a place; hosts and what they pinned have none."""
    plan = {"kind": "guess", "question": "Oslo?", "settings": {"targets": [[*OSLO, 0]]}}
    made = await sync_to_async(play_session)(
        [plan],
        (ANN, Add(*PARIS)),
        (BOB, Add(*BERGEN)),
        (EVE, Add(*BERGEN)),
        (HOST, Add(*OSLO)),
        (HOST, Add(*OSLO, pinned=True)),
    )
    found = json.loads(await exported(async_client, made, "json"))["markers"]
    assert [marker["place"] for marker in found] == [3, 1, 1, None, None]
    assert found[1]["km"] == pytest.approx(305, abs=2)
    assert [marker["pinned"] for marker in found] == [False] * 4 + [True]
    first, second, *_ = rows(await exported(async_client, made, "csv"))
    assert (first["place"], second["place"]) == ("3", "1")
    assert float(second["km"]) == found[1]["km"]


async def test_zones_and_the_first_round_are_exported(async_client: AsyncClient) -> None:
    zones = [
        {"id": "yes", "label": "=Yes", "box": [-1, 0, 1, 1]},
        {"id": "no", "label": "No", "polygon": [[-1, -1], [1, -1], [1, -0.1], [-1, -0.1]]},
    ]
    plan = {"kind": "zones", "question": "Well?", "surface": {"kind": "plane", "zones": zones}}
    made = await sync_to_async(play_session)(
        [plan],
        (ANN, Add(0.5, 0.5)),
        (BOB, Add(0.5, -0.5)),
        (EVE, Add(0.5, -0.05)),
        (HOST, Stage("revealed", (1, "answer", 1))),
        (HOST, Stage("answer", (1, "revealed", 1), 2)),
        (BOB, Place(2, 0.25, 0.75)),
    )
    text = await exported(async_client, made, "json")
    found = json.loads(text)
    assert found["activities"][0]["round"] == 2
    assert found["activities"][0]["surface"]["zones"] == zones
    assert [marker["zone"] for marker in found["markers"]] == ["yes", "yes", ""]
    assert [marker["before_lng"] for marker in found["markers"]] == [0.5, -0.5, -0.05]
    first, second, _third = rows(await exported(async_client, made, "csv"))
    assert first["zone_label"] == "'=Yes", "harmless"
    assert (second["lng"], second["before_lng"]) == ("0.750000", "-0.500000")
    points = geojson.loads((await exported(async_client, made, "geojson")).decode())
    assert points.is_valid, points.errors()


async def test_a_saved_session_can_be_made_of_an_export(async_client: AsyncClient) -> None:
    """Kind, question, surface and settings are as `POST /api/rooms` takes them."""
    plan = {"kind": "guess", "question": "Oslo?", "settings": {"targets": [[*OSLO, 25]]}}
    made = await sync_to_async(play_session)([plan, {"kind": "shared", "question": "Teams"}])
    found = json.loads(await exported(async_client, made, "json"))["activities"]
    kept = ("kind", "question", "surface", "settings")
    again = [read_plan({name: one[name] for name in kept}) for one in found]
    plans = json.loads(json.dumps([one.data() for one in again]))
    assert plans == [{name: one[name] for name in kept} for one in found]


async def test_a_file_of_a_safe_name_is_downloaded(ask: Ask, opened: CreatedRoom) -> None:
    for ending in ENDINGS:
        response = await ask(ending)
        await body(response)
        expected = f'attachment; filename="map-{opened.room.code}.{ending}"'
        assert response["Content-Disposition"] == expected


@pytest.mark.parametrize("ending", ENDINGS)
async def test_head_answers_with_the_headers_alone(ask: Ask, ending: str) -> None:
    got, head = await ask(ending), await ask(ending, head=True)
    await body(got)
    assert head.status_code == 200
    assert head.content == b""
    assert {**head.headers} == {**got.headers}


# --- who gets it ---------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
async def test_nobody_but_a_host_gets_it(ask: Ask, opened: CreatedRoom, ending: str) -> None:
    """A1: not without a key, with another room's, or with a revoked one."""
    elsewhere = await sync_to_async(create_room)()
    for key in ("", "wrong", elsewhere.host_key, "x" * 200):
        assert await error(await ask(ending, key=key)) == (403, "wrong_key")
    keys = Key.objects.filter(room=opened.room)
    await keys.aupdate(revoked=timezone.now())
    assert await error(await ask(ending)) == (403, "wrong_key")
    await keys.aupdate(revoked=None)
    await body(await ask(ending))


def test_a_host_may_see_everything() -> None:
    """X1: the export withholds nothing from a host. If a host's sight ever does, so must it."""
    room = RoomState(id=uuid.uuid4(), code="314159", epoch="e")
    assert not sight_of("host", room).withholds


async def test_people_who_were_removed_and_names_that_were_not_told_are_left_out(
    ask: Ask, opened: CreatedRoom
) -> None:
    await sync_to_async(play)(opened.room)
    for ending in ENDINGS:
        text = (await body(await ask(ending))).decode()
        assert "Only a name" not in text
        assert "Eve" not in text
        assert "rude" not in text
        assert "to be removed" not in text
    await Participant.objects.filter(name=ANN.name).aupdate(listed=False)
    first = json.loads(await body(await ask("json")))["markers"][0]
    assert (first["person"], first["name"]) == (2, "")


async def test_a_closed_room_is_exported_until_it_expires(ask: Ask, opened: CreatedRoom) -> None:
    await sync_to_async(play)(opened.room)
    await sync_to_async(DatabaseStore().commit)([Submission(opened.room.pk, Close())])
    found = json.loads(await body(await ask("json")))
    assert found["room"]["phase"] == "closed"
    assert len(found["markers"]) == 3


async def test_a_room_that_is_over_or_was_never_there_is_not_found(
    ask: Ask, opened: CreatedRoom, async_client: AsyncClient
) -> None:
    unknown = f"{(int(opened.room.code) + 1) % 1_000_000:06d}"
    response = await async_client.get(
        f"/api/rooms/{unknown}/results.json", headers={"authorization": "Bearer x"}
    )
    assert await error(response) == (404, "no_room")
    await Room.objects.aupdate(expires=timezone.now() - timedelta(seconds=1))
    assert await error(await ask("json")) == (404, "no_room")


async def test_other_methods_and_endings_are_refused(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    site = f"/api/rooms/{opened.room.code}/results"
    assert (await async_client.post(f"{site}.json")).status_code == 405
    for ending in ("xlsx", "jsonx", "JSON", ""):
        assert (await async_client.get(f"{site}.{ending}")).status_code == 404


# --- limits and faults ---------------------------------------------------------------


async def test_a_room_is_not_exported_without_end(ask: Ask) -> None:
    """A3: by room, so that nobody without the key uses it up."""
    for _ in range(20):
        assert await error(await ask("csv", key="wrong")) == (403, "wrong_key")
    for _ in range(10):
        await body(await ask("csv"))
    response = await ask("csv")
    assert await error(response) == (429, "too_many_exports")
    assert int(response["Retry-After"]) >= 1


@pytest.mark.parametrize("fault", [OperationalError("away"), OSError(28, "No space left")])
async def test_a_database_or_a_disk_that_fails_on_the_way_gets_a_sentence_and_no_half_file(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    def fails(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(results_module.Results, "markers", fails)
    for ending in ENDINGS:
        assert await error(await ask(ending)) == (503, "unavailable")
    assert not [record for record in caplog.records if record.exc_info]
    monkeypatch.undo()
    await body(await ask("json"))


async def test_an_export_shows_one_revision_while_people_go_on(
    ask: Ask, opened: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O1: what is stored while it is written is not in it, not even a part of it."""
    monkeypatch.setattr(results_module, "PAGE", 1)
    await sync_to_async(play)(opened.room)
    store, before = DatabaseStore(), await Room.objects.aget(pk=opened.room.pk)
    seen: list[int] = []
    people = results_module.Results.people

    def meanwhile(results: results_module.Results) -> Any:
        yield from people(results)

        # By another connection, as by another process: nothing here keeps it waiting.
        def commit() -> None:
            for operation in (Add(5, 5, label="late"), Remove(1)):
                (answer,) = store.commit([Submission(opened.room.pk, operation, HOST)]).answers
                assert not answer.code
                seen.append(answer.revision)
            store.disconnect()

        writer = Thread(target=commit)
        writer.start()
        writer.join()

    monkeypatch.setattr(results_module.Results, "people", meanwhile)
    found = json.loads(await body(await ask("json")))
    assert len(seen) == 2
    assert found["revision"] == before.revision < seen[0]
    assert [marker["marker"] for marker in found["markers"]] == [1, 2, 4]
    monkeypatch.undo()
    again = json.loads(await body(await ask("json")))
    assert [marker["marker"] for marker in again["markers"]] == [2, 4, 6]
    assert again["revision"] == seen[-1]
