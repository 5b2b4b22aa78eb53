"""Frames from clients: typed, bounded, and never an exception but BadFrame."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.protocol.codes import ERRORS
from mapapp.protocol.incoming import FRAME_LIMIT, BadFrame, Hello, Move, decode, decode_move
from mapapp.protocol.incoming.markers import Add


def bad(text: str) -> BadFrame:
    with pytest.raises(BadFrame) as caught:
        decode(text)
    assert caught.value.code in ERRORS
    assert caught.value.message.endswith(".")
    return caught.value


def code_of(text: str) -> str | None:
    """The code that the frame is answered with, or None for a good one."""
    try:
        decode(text)
    except BadFrame as error:
        return error.code
    return None


def test_a_good_frame_becomes_a_typed_message() -> None:
    assert decode('{"t":"move","marker":1,"grab":2,"lat":3,"lng":4.5}') == Move(1, 2, 3.0, 4.5)
    added = decode('{"t":"add","op":7,"lat":1,"lng":2,"unknown":[1]}')
    assert isinstance(added, Add)
    assert (added.op, added.label, added.colour) == (7, "", None)
    hello = decode('{"t":"hello","as":"screen"}')
    assert isinstance(hello, Hello)
    assert hello.as_ == "screen"


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "3", "null", '"hello"', "[[[[", '{"t":"ping"}x', "\ufeff{}", "\x00"),
        '{"t":"move","marker":1,"grab":2,"lat":NaN,"lng":1}',
        '{"t":"move","marker":1,"grab":2,"lat":Infinity,"lng":1}',
        '{"t":"add","op":1,"lat":1,"lng":2,"x":' + "[" * 1500 + "]" * 1500 + "}",
        '{"t":"add","op":1,"lat":1,"lng":1,"label":"\\ud800"}',
        '{"t":"add","op":1,"lat":1,"lng":1,"label":"\ud800"}',
    ],
)
def test_what_is_not_one_json_object_is_said_to_be_so(text: str) -> None:
    """A2."""
    assert bad(text).code == "not_json"


def test_of_a_long_value_only_the_beginning_is_quoted() -> None:
    """A3: else a client that reads nothing makes much of little."""
    error = bad('{"t":"hello","as":"a - at `$.b` ' + "x" * 3900 + '"}')
    assert error.code == "bad_field"
    assert error.message.startswith("as: invalid enum value 'a - at $.b x")
    assert len(error.message) < 120


@pytest.mark.parametrize("t", ['"t":"move",', "", '"t":"ping",', '"t":"add",', '"t":1,'])
def test_only_a_frame_that_says_so_is_heard_as_a_move(t: str) -> None:
    payload = b'{%s"marker":1,"grab":2,"lat":3,"lng":4}' % t.encode()
    assert (decode_move(payload) == Move(1, 2, 3.0, 4.0)) == (t == '"t":"move",')


@pytest.mark.parametrize("text", ["{}", '{"t":"fly"}', '{"T":"hello"}', '{"t":""}'])
def test_an_unknown_type_is_said_to_be_so(text: str) -> None:
    assert bad(text).code == "unknown_type"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"lat": 91}, "lat"),
        ({"lat": -90.01}, "lat"),
        ({"lng": 180.1}, "lng"),
        ({"lat": "1"}, "lat"),
        ({"lat": None}, "lat"),
        ({"lat": True}, "lat"),
        ({"lng": 1e999}, "lng"),
        ({"label": 5}, "label"),
        ({"label": "x" * 3000}, "label"),
        ({"colour": 8}, "colour"),
        ({"colour": -1}, "colour"),
        ({"icon": 1.5}, "icon"),
        ({"client": "me"}, "client"),
    ],
)
def test_a_bad_field_is_named_and_the_op_is_told(fields: dict[str, object], named: str) -> None:
    """A2."""
    frame = json.dumps({"t": "add", "op": 9, "lat": 1, "lng": 1, **fields})
    error = bad(frame.replace("Infinity", "1e999"))
    assert (error.code, error.op) == ("bad_field", 9)
    assert error.message.startswith(f"{named}: ")


@pytest.mark.parametrize("op", [0, -1, 2**53, 1.5, "1", None])
def test_an_op_is_a_whole_number_from_one_up(op: object) -> None:
    """D2."""
    error = bad(json.dumps({"t": "grab", "marker": 1, "op": op}))
    assert (error.code, error.op) == ("bad_field", 0)


def test_a_missing_field_is_named() -> None:
    assert bad('{"t":"drop","op":1,"marker":1,"lat":1,"lng":1}').message.startswith("grab: ")


def test_a_frame_over_the_limit_is_not_even_parsed() -> None:
    """A2: the limit is in bytes, not characters."""
    assert bad("x" * (FRAME_LIMIT + 1)).code == "too_large"
    wide = json.dumps({"t": "ping", "pad": "é" * 2500}, ensure_ascii=False)
    assert len(wide) < FRAME_LIMIT
    assert bad(wide).code == "too_large"
    decode('{"t":"ping","pad":"' + "x" * (FRAME_LIMIT - 21) + '"}')


@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_whatever_arrives_it_is_a_message_or_a_bad_frame(text: str) -> None:
    """A2."""
    assert code_of(text) in {None, *ERRORS}


@given(
    st.dictionaries(
        st.sampled_from(["t", "op", "lat", "lng", "marker", "grab", "label", "as", "client"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    )
)
def test_whatever_object_arrives_it_is_a_message_or_a_bad_frame(fields: dict[str, object]) -> None:
    """A2."""
    for kind in ("hello", "move", "add", "drop"):
        assert code_of(json.dumps({"t": kind, **fields})) in {None, *ERRORS}
