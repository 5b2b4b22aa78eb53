"""Frames that are not what they should be: a clear error, and the connection goes on (A2)."""

import json

import pytest
from websockets.asyncio.client import connect

from mapapp.protocol.incoming import HOST_FRAME_LIMIT
from testkit.client import SUBPROTOCOL, Client, create_room
from testkit.server import ServerProcess
from tests.consumers.conftest import Others

ADD = '{"t":"add","op":7,"lat":%s,"lng":0}'

# A text frame, the code of the error that it gets, and its op where it had one.
BAD_FRAMES = {
    "nothing": ("", "not_json", None),
    "words": ("hello", "not_json", None),
    "an array": ("[]", "not_json", None),
    "a number": ("7", "not_json", None),
    "null": ("null", "not_json", None),
    "two objects": ("{}{}", "not_json", None),
    "truncated": ('{"t":"add","op":7,"lat":1,"l', "not_json", None),
    "nested arrays": ("[" * 4000, "not_json", None),
    "nested objects": ('{"t":' * 800, "not_json", None),
    "nested in a field": ('{"t":"ping","id":' + "[" * 3000 + "]" * 900 + "}", "not_json", None),
    "a lone surrogate": ('{"t":"add","op":7,"lat":1,"lng":1,"label":"\\ud800"}', "not_json", None),
    "no type": ("{}", "unknown_type", None),
    "unknown type": ('{"t":"teleport","op":7}', "unknown_type", None),
    "a type that is a number": ('{"t":7}', "bad_field", None),
    "a server's message": ('{"t":"ack","op":7,"rev":1}', "unknown_type", None),
    "a second hello": ('{"t":"hello","as":"host"}', "hello_twice", None),
    "NaN": (ADD % "NaN", "not_json", None),
    "Infinity": (ADD % "Infinity", "not_json", None),
    "too large for a float": (ADD % "1e999", "bad_field", 7),
    "just past the pole": (ADD % "90.000001", "bad_field", 7),
    "far out": (ADD % "-1e300", "bad_field", 7),
    "a string": (ADD % '"48.1"', "bad_field", 7),
    "null as a latitude": (ADD % "null", "bad_field", 7),
    "true as a latitude": (ADD % "true", "bad_field", 7),
    "a list as a latitude": (ADD % "[1]", "bad_field", 7),
    "no longitude": ('{"t":"add","op":7,"lat":1}', "bad_field", 7),
    "a longitude past the date line": ('{"t":"add","op":7,"lat":1,"lng":180.5}', "bad_field", 7),
    "no op": ('{"t":"add","lat":1,"lng":1}', "bad_field", None),
    "op zero": ('{"t":"add","op":0,"lat":1,"lng":1}', "bad_field", None),
    "an op too large": ('{"t":"lock","op":9007199254740992}', "bad_field", None),
    "a fraction as an op": ('{"t":"lock","op":7.5}', "bad_field", None),
    "a marker too large": ('{"t":"grab","op":7,"marker":1e400}', "bad_field", 7),
    "a colour too many": ('{"t":"edit","op":7,"marker":1,"colour":8}', "bad_field", 7),
    "a client that is none": ('{"t":"lock","op":7,"client":"me"}', "bad_field", 7),
    "a move to nowhere": ('{"t":"move","marker":1,"grab":1,"lat":91,"lng":1}', "bad_field", None),
    "a label that is a number": (
        '{"t":"add","op":7,"lat":1,"lng":1,"label":7}',
        "bad_field",
        7,
    ),
    "just over the limit": (json.dumps({"t": "ping", "x": "x" * 4096}), "too_large", None),
    "over it in bytes only": (
        json.dumps({"t": "ping", "x": "ж" * 2500}, ensure_ascii=False),
        "too_large",
        None,
    ),
    "far over it": ("x" * 60_000, "too_large", None),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_gets_a_clear_error_and_no_more(
    server: ServerProcess, others: Others, name: str
) -> None:
    """A2."""
    frame, code, op = BAD_FRAMES[name]
    async with Client(others.room.at(server)) as eve:
        await eve.send(frame)
        await eve.wait_for(lambda: bool(eve.errors), "an error")
        [error] = eve.errors
        assert (error["code"], error.get("op")) == (code, op)
        assert error["message"]
        # The connection goes on, and nothing has happened.
        assert (await eve.change("add", lat=1, lng=1))["t"] == "ack"
    await others.assert_unaffected()
    assert others.ben.state.phase == "open"


async def test_a_host_prepares_what_no_short_frame_holds(server: ServerProcess) -> None:
    """Fifty pinned markers with long labels, and no more than the host's own limit."""
    room = await create_room(server)
    pins = [{"lat": number / 10, "lng": 1.0, "label": "ж" * 60} for number in range(50)]
    async with Client(room.at(server), role="host", key=room.host_key) as host:
        answer = await host.change("prepare", activity={"question": "?", "pinned": pins})
        assert answer["t"] == "ack"
        await host.send({"t": "ping", "id": 1, "pad": "x" * HOST_FRAME_LIMIT})
        await host.wait_for(lambda: bool(host.errors), "an error")
        assert host.errors[0]["code"] == "too_large"
        assert str(HOST_FRAME_LIMIT) in host.errors[0]["message"]


async def test_a_binary_frame_is_not_part_of_the_protocol(
    server: ServerProcess, others: Others
) -> None:
    """Also when it holds what would be right as text (A2)."""
    async with Client(others.room.at(server)) as eve:
        for payload in (b"", b"\x00\xff", b'{"t":"ping"}'):
            await eve.send(payload)
        await eve.wait_for(lambda: len(eve.errors) == 3, "three errors")
        assert {error["code"] for error in eve.errors} == {"binary"}
        assert (await eve.change("add", lat=1, lng=1))["t"] == "ack"
    await others.assert_unaffected()


async def test_text_that_is_not_utf_8_closes_the_line(
    server: ServerProcess, others: Others
) -> None:
    """With the code that RFC 6455 (section 8.1) gives it."""
    async with connect(others.room.at(server), subprotocols=[SUBPROTOCOL]) as eve:
        await eve.send(b'{"t":"hello","as":"\xff"}', text=True)
        await eve.wait_closed()
        assert eve.close_code == 1007
    await others.assert_unaffected()


@pytest.mark.parametrize("size", [70_000, 10_000_000])
async def test_a_frame_far_over_the_limit_closes_the_line(
    server: ServerProcess, others: Others, size: int
) -> None:
    """It is not read to its end (A2, A3)."""
    async with Client(others.room.at(server)) as eve:
        label = "x" * size
        await eve.submit("add", lat=1, lng=1, label=label)
        assert await eve.wait_closed() == 1009
    await others.assert_unaffected()


async def test_unknown_fields_are_ignored(server: ServerProcess, others: Others) -> None:
    """Clients of a later version may send more."""
    async with Client(others.room.at(server)) as eve:
        added = await eve.change("add", lat=1, lng=1, altitude=7, tags={"a": [1]})
        assert added["t"] == "ack"
        assert not eve.errors
