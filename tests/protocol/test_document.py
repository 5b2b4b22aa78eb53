"""docs/PROTOCOL.md and the code are one contract: neither has a word that the other lacks."""

from __future__ import annotations

import inspect
import json
import re
import struct
import uuid
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from django.conf import settings

from bench.wire import longitudes
from consumers.rate_limits import CHANGES_BURST, CHANGES_PER_SECOND, RateLimits
from mapapp.domain.changes import CHANGE_KINDS
from mapapp.domain.changes.markers import Add, Grab
from mapapp.domain.changes.people import Name
from mapapp.domain.kinds import ACTIVITY_KINDS
from mapapp.domain.kinds.own import MARKERS_EACH_LIMIT
from mapapp.domain.marker import COLOURS, ICONS
from mapapp.domain.refusals import REFUSALS, Refused
from mapapp.domain.room import HOLD_SECONDS
from mapapp.domain.sight import Sight
from mapapp.domain.storing import Answer
from mapapp.domain.text import LABEL_LIMIT, NAME_LIMIT, QUESTION_LIMIT, TITLE_LIMIT
from mapapp.live import load
from mapapp.live.change_log import LOG_LIMIT
from mapapp.live.committer import KEEP_SECONDS
from mapapp.live.holds import GONE_SECONDS
from mapapp.live.presence import Presence
from mapapp.protocol import SUBPROTOCOL, incoming, outgoing, snapshots
from mapapp.protocol.codes import ERRORS, Close
from mapapp.protocol.incoming import FRAME_LIMIT, HOST_FRAME_LIMIT, BadFrame, ChangeMessage
from mapapp.protocol.positions import packed, plain
from mapapp.server import allowance
from mapapp.storage.idempotency import ANSWERS_KEPT
from tests.domain.rooms import BOB, HOST, Room
from tests.domain.samples import sample_changes
from tests.protocol.document import Document, Example, words

DOCUMENT = Document.read()
EXAMPLES = DOCUMENT.examples()
HOSTS = Sight("host", steers=True)
CLIENT_MESSAGES = {row["t"]: row for row in DOCUMENT.table("t")}


# --- names ---------------------------------------------------------------------------


def test_both_name_the_same_messages_of_a_client() -> None:
    assert set(CLIENT_MESSAGES) == set(incoming.MESSAGE_TYPES)


@pytest.mark.parametrize("name", sorted(incoming.MESSAGE_TYPES))
def test_both_name_the_same_fields_of_each_message(name: str) -> None:
    """What a change shares with all others (`op`, `client`) stands in a section of its own."""
    told = words(CLIENT_MESSAGES[name]["fields"])
    struct = incoming.MESSAGE_TYPES[name]
    shared = {"op", "client"} if issubclass(struct, ChangeMessage) else set()
    assert {field.rstrip("?") for field in told} == set(struct.__struct_encode_fields__) - shared
    if shared:
        defaults = {
            field.encode_name
            for field in msgspec.structs.fields(struct)
            if field.default is not msgspec.NODEFAULT
        }
        assert {field.rstrip("?") for field in told if field.endswith("?")} == defaults - shared


def test_both_name_the_same_messages_of_the_server() -> None:
    """A message's section is headed by its name; pong is told of where ping is."""
    headed = {
        name
        for heading in DOCUMENT.section("4. What the server sends").headings
        if re.fullmatch(r"[a-z_, ]+", heading)
        for name in words(heading)
    }
    shown = {example.frame["t"] for example in EXAMPLES if example.sender == "S"}
    assert headed | {"pong"} == shown == sent_by_the_server()


def sent_by_the_server() -> set[str]:
    """The types of message that the encoders write."""
    room, answer = Room().state, Answer(revision=1)
    frames = [
        outgoing.welcome(
            room, role="screen", token=None, person=0, name="", moves_per_second=1, now=1.0
        ),
        snapshots.text(room),
        outgoing.tick(1, [], [], None),
        outgoing.mine(room, 1),
        outgoing.result(1, 1, 1, {"people": 0}),
        outgoing.your_result(1, 1, b'{"marker":1}'),
        outgoing.pace(1),
        outgoing.answer(1, None, answer),
        outgoing.answer(1, None, replace(answer, code="held")),
        outgoing.error("not_json", "No."),
        outgoing.pong(1, 1, 1.0),
        outgoing.bye(Close.NORMAL),
    ]
    # `change` is a part of a tick; snapshots have two forms and a module of their own.
    encoders = {
        name
        for name, encoder in vars(outgoing).items()
        if inspect.isfunction(encoder)
        and encoder.__module__ == outgoing.__name__
        and not name.startswith("_")
    } - {"change"}
    types = {json.loads(frame)["t"] for frame in frames}
    assert encoders == types - {"ack", "refused", "snapshot"} | {"answer"}, "each is called above"
    return types


def test_both_name_the_same_kinds_of_activity() -> None:
    kinds = re.search(r"^- `kind`: (.*)$", DOCUMENT.text, re.MULTILINE)
    assert kinds is not None
    assert set(re.findall(r"`(\w+)`", kinds[1])) == set(ACTIVITY_KINDS)


@pytest.mark.parametrize("name", sorted(ACTIVITY_KINDS))
def test_both_name_the_same_settings_of_each_kind(name: str) -> None:
    settings = re.search(r"^- `settings`, by kind\. (.*)$", DOCUMENT.text, re.MULTILINE)
    assert settings is not None
    told = re.search(rf"`{name}`: ([^.]+)", settings[1])
    assert told is not None
    found = set(re.findall(r"`(\w+)`", told[1]))
    assert found == set(ACTIVITY_KINDS[name].fields)


def test_both_name_the_same_kinds_of_change_with_the_same_fields() -> None:
    told = {
        kind: {field.strip() for field in re.split(r",| and those of ", row["further fields"])}
        for row in DOCUMENT.section("Changes as others see them").table("kind")
        for kind in words(row["kind"])
    }
    made = {
        change.kind: set(json.loads(outgoing.change(change, HOSTS))) - {"rev", "kind", "by"}
        for _, change in sample_changes()
    }
    assert set(told) == set(made) == set(CHANGE_KINDS)
    for kind, fields in made.items():
        # "those of label, colour, icon that changed"
        cleaned = {field.removesuffix(" that changed") for field in told[kind]} - {""}
        always = {field for field in cleaned if not field.endswith("?")}
        assert always <= fields <= {field.rstrip("?") for field in cleaned}, kind


def test_both_name_the_same_refusals() -> None:
    assert [row["code"] for row in DOCUMENT.section("6. Codes").table("code")] == list(REFUSALS)


def test_both_name_the_same_errors() -> None:
    errors = Document(DOCUMENT.text.partition("In `error`:")[2]).table("code")
    assert [row["code"] for row in errors] == list(ERRORS)


def test_both_name_the_same_close_codes_with_the_same_advice() -> None:
    told = Document(DOCUMENT.text.partition("\nClose codes.")[2]).table("code")
    assert [(int(row["code"]), row["name"], row["do"]) for row in told] == [
        (int(close), close.name.lower(), close.advice.value) for close in Close
    ]


def test_both_name_the_same_limits() -> None:
    pace = RateLimits(0.0)
    moves_at_once = sum(pace.moves.take(0.0) for _ in range(1000))
    limits = {
        "frame from a client": [FRAME_LIMIT, HOST_FRAME_LIMIT],
        "hello": [int(settings.HELLO_SECONDS)],
        "moves": [outgoing.MOVES_PER_SECOND, moves_at_once],
        "changes while the database is away": [int(KEEP_SECONDS)],
        "changes": [int(CHANGES_PER_SECOND), int(CHANGES_BURST)],
        "unanswered changes": [outgoing.UNANSWERED_LIMIT],
        "pings, pongs and fragments": [
            int(allowance.FRAMES_PER_SECOND),
            int(allowance.FRAMES_BURST),
            int(Close.TOO_FAST),
        ],
        "bytes from a client": [
            int(allowance.BYTES_PER_SECOND) // 1024,
            int(allowance.BYTES_BURST) // 1024,
        ],
        "answers that are not read": [allowance.UNREAD_ANSWERS // 1024],
        "answers kept for repeats": [ANSWERS_KEPT],
        "changes kept for resume": [LOG_LIMIT],
    }
    told = {
        row["what"]: [
            int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", row["limit"])
        ]
        for row in DOCUMENT.section("7. Limits").table("what")
    }
    assert told == limits


@pytest.mark.parametrize(
    "sentence",
    [
        f"at most {FRAME_LIMIT:,} bytes in a frame, a host up to {HOST_FRAME_LIMIT:,}",
        f"`label`: at most {LABEL_LIMIT} characters",
        f"`name` {NAME_LIMIT}, `question` {QUESTION_LIMIT}, `title` {TITLE_LIMIT}",
        f"`colour`: 0 to {COLOURS - 1}. `icon`: 0 to {ICONS - 1}",
        f"{GONE_SECONDS:.0f} s after its holder has gone",
        f"after {HOLD_SECONDS:.0f} s without moves",
        f"At most {outgoing.UNANSWERED_LIMIT} may be unanswered",
        f"an integer from 1 to {2**53 - 1}",
        f"the subprotocol `{SUBPROTOCOL}`",
        "a person with two tabs once in each of its processes",
        "up to half a step beyond ±90 or ±180: take it for that limit",
        f"a whole number from {load.FEWEST_MOVES} to {load.MOST_MOVES}",
        f"at most {1 / load.FASTEST:.0f} a second; where more than about "
        f"{load.SENDS_PER_SECOND * load.FASTEST:.0f} people",
        f"`title` (at most {TITLE_LIMIT} characters; none), `question` (1 to {QUESTION_LIMIT}",
        f"`markers_each` (1 to {MARKERS_EACH_LIMIT}; 1;",
        f"`markers_each` (1 to {MARKERS_EACH_LIMIT}; 1), `hidden`",
    ],
)
def test_a_limit_in_the_text_is_the_one_in_the_code(sentence: str) -> None:
    assert sentence in DOCUMENT.text


# --- examples ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e.sender == "C"], ids=lambda e: e.text[:40]
)
def test_each_frame_of_a_client_is_taken_and_has_no_unknown_field(example: Example) -> None:
    message = incoming.decode(example.text)
    assert message.__struct_config__.tag == example.frame["t"]
    assert set(example.frame) - {"t"} <= set(message.__struct_encode_fields__)


def one(kind: str, **fields: Any) -> Example:
    """The one example of the server's that has these fields."""
    (found,) = (
        e
        for e in EXAMPLES
        if e.sender == "S" and e.frame["t"] == kind and e.frame.items() >= fields.items()
    )
    return found


def test_the_refusal_that_is_shown_is_what_the_rules_give_and_the_encoder_writes() -> None:
    room = Room("shared")
    room.do(HOST, Name("Red Fox"))
    room.do(HOST, Add(0.0, 0.0))
    room.do(HOST, Grab(1))
    with pytest.raises(Refused) as refused:
        room.do(BOB, Grab(1))
    held = refused.value
    answer = Answer(code=held.code, message=held.message, by=held.by, name=held.name)
    assert json.loads(outgoing.answer(4, None, answer)) == one("refused").frame


def test_the_error_that_is_shown_is_what_a_wrong_latitude_gets() -> None:
    """A2: a clear error with a stable code."""
    with pytest.raises(BadFrame) as bad:
        incoming.decode('{"t":"move","marker":1,"grab":1,"lat":91,"lng":0}')
    assert json.loads(outgoing.error(bad.value.code, bad.value.message)) == one("error").frame


def test_an_error_names_the_op_and_its_client_if_they_are_known() -> None:
    client = uuid.uuid4()
    named = json.loads(outgoing.error("bad_value", "No.", 7, client))
    assert (named["op"], named["client"]) == (7, str(client))
    assert json.loads(outgoing.error("bad_value", "No.")).keys() == {"t", "code", "message"}


def test_the_pong_that_is_shown_answers_the_ping() -> None:
    ping = next(e for e in EXAMPLES if e.frame["t"] == "ping")
    message = incoming.decode(ping.text)
    assert isinstance(message, incoming.Ping)
    assert json.loads(outgoing.pong(message.id, 6, 1_780_000_000.25)) == one("pong").frame


@pytest.mark.parametrize("number", [3, 0xFFFF, 0x1_0000, 2**31 - 1])
def test_binary_moves_are_laid_out_as_the_table_says(number: int) -> None:
    """`bench.wire` was written from the document alone."""
    frame = plain([(1, -12_345_678, 179_999_999), (number, 48_250_000, -11_700_000)])
    assert list(longitudes(frame)) == [(1, 179.999999), (number, -11.7)]
    assert struct.unpack_from("<2i", frame, 4) == (-12_345_678, 48_250_000)


@pytest.mark.parametrize(("count", "width"), [(60, 2), (6_000, 3)])
def test_packed_moves_are_laid_out_as_the_table_says(count: int, width: int) -> None:
    crowd = [(n, 48_000_000 + 1_000 * n, -11_700_000 - 1_000 * n) for n in range(7, count, 3)]
    frame = packed(crowd)
    assert frame[:2] == bytes((3, width))
    assert list(longitudes(frame)) == [(n, lng / 1e6) for n, _, lng in crowd]


@pytest.mark.parametrize("coarse", [False, True])
def test_packed_moves_at_the_edge_of_the_world_are_beyond_it_by_half_a_step_at_most(
    coarse: bool,
) -> None:
    world = [(n, 0, 180_000_000 - 359_000_020 * (n - 7) // 60) for n in range(7, 68)]
    frame = packed(world, coarse=coarse)
    step = struct.unpack_from("<H", frame, 6)[0] / 1e6
    east = max(lng for _, lng in longitudes(frame))
    assert 180 < east <= 180 + step / 2


def test_a_person_with_two_tabs_counts_once_in_each_process() -> None:
    presence, person = Presence(), uuid.uuid4()
    presence.arrive(person)
    presence.arrive(person)
    assert presence.total == (1, 0)
    presence.hear("another process, with a tab of the same person", (1, 0), 0.0)
    assert presence.total == (2, 0)


def test_a_host_is_not_counted_among_the_people() -> None:
    presence, person = Presence(), uuid.uuid4()
    presence.arrive(person, host=True)
    assert presence.total == (0, 0)
    presence.arrive(person)
    presence.leave(person, host=True)
    assert presence.total == (1, 0), "a presenter who takes part is one of the audience"
