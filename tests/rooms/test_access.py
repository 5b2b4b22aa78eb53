"""A1: keys and tokens."""

import re
import time
import uuid
from typing import Any

import pytest
from django.core import signing
from pytest_django import Settings

from mapapp.domain.keys import hash_key
from mapapp.domain.room import HostKey
from mapapp.rooms.keys import (
    BadToken,
    address_hash,
    find_key,
    issue_token,
    new_host_key,
    read_token,
    renewed_token,
)
from mapapp.server.origins import client_address

ROOM = uuid.UUID("3f0f6a3e-0000-4000-8000-000000000001")
PERSON = uuid.UUID("3f0f6a3e-0000-4000-8000-000000000002")


def test_a_host_key_is_long_random_and_stored_hashed() -> None:
    """A1"""
    keys = {new_host_key() for _ in range(100)}
    assert len(keys) == 100
    key = keys.pop()
    assert len(key) == 32
    assert key not in hash_key(key)
    assert len(hash_key(key)) == 64


def test_only_the_right_key_is_found() -> None:
    """A1"""
    key, other = new_host_key(), new_host_key()
    keys = [HostKey(1, hash_key(other)), HostKey(2, hash_key(key))]
    assert (find_key(key, keys), find_key(other, keys)) == (2, 1)
    assert find_key(key, []) == 0
    for wrong in (
        None,
        "",
        key[:-1],
        key + "x",
        key.swapcase(),
        hash_key(key),
        "x" * 10_000_000,
        "\ud800",
    ):
        assert find_key(wrong, keys) == 0
    keys[1].revoked = True
    assert (find_key(key, keys), find_key(other, keys)) == (0, 1)


def test_what_is_longer_than_any_key_is_not_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: nor is a key that nobody gave."""
    hashed: list[str] = []

    def noted(key: str) -> str:
        hashed.append(key)
        return ""

    monkeypatch.setattr("mapapp.rooms.keys.hash_key", noted)
    for key in ("x" * 257, None, "x" * 256):
        assert find_key(key, [HostKey(1, hash_key("x"))]) == 0
    assert hashed == ["x" * 256]


def test_a_token_names_its_participant() -> None:
    token = issue_token(ROOM, PERSON)
    assert read_token(token, ROOM) == PERSON
    assert len(token) < 256


def test_a_token_of_another_room_is_bad() -> None:
    """A1"""
    with pytest.raises(BadToken):
        read_token(issue_token(ROOM, PERSON), uuid.uuid4())


@pytest.mark.parametrize("days", [-20, 20, 365 * 50])
def test_a_token_lives_as_long_as_its_room_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """R2: a clock that was weeks behind is put right, and people stay who they are."""
    issued = time.time()
    token = issue_token(ROOM, PERSON)
    monkeypatch.setattr(time, "time", lambda: issued + days * 86_400)
    assert read_token(token, ROOM) == PERSON


OLD_SECRET, NEW_SECRET = "an old secret of forty characters, or so", "and the new one, " * 3


def test_a_token_of_an_earlier_secret_is_good_and_signed_anew(settings: Settings) -> None:
    """R2: a secret is rotated, and people stay who they are."""
    settings.SECRET_KEY = OLD_SECRET
    token = issue_token(ROOM, PERSON)
    assert renewed_token(token) == token
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_SECRET, [OLD_SECRET]
    assert read_token(token, ROOM) == PERSON
    renewed = renewed_token(token)
    assert renewed != token
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(renewed, ROOM) == PERSON
    with pytest.raises(BadToken):
        read_token(token, ROOM)


def test_a_renewed_token_is_as_old_as_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECRET_KEY = OLD_SECRET
    token = issue_token(ROOM, PERSON)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_SECRET, [OLD_SECRET]
    issued = time.time()
    monkeypatch.setattr(time, "time", lambda: issued + 24 * 3600)
    assert renewed_token(token).rpartition(":")[0] == token.rpartition(":")[0]


def forged() -> list[str]:
    token = issue_token(ROOM, PERSON)
    other_purpose = signing.TimestampSigner(salt="something else").sign(token.split(":")[0])
    return [
        "",
        ":",
        "::",
        "no token",
        token[:-1],
        token[1:],
        token.replace(":", ";"),
        token + "A",
        token.upper(),
        other_purpose,
        signing.TimestampSigner(salt="mapapp.participant").sign("too short"),
        signing.TimestampSigner(salt="mapapp.participant").sign("é"),
        "\x00" * 100,
        "٣" * 100,
        "\ud800",
        "A" * 10_000_000,
    ]


@pytest.mark.parametrize("which", range(16))
def test_a_forged_token_is_bad_and_nothing_else(which: int) -> None:
    """A1, A2"""
    with pytest.raises(BadToken):
        read_token(forged()[which], ROOM)


def test_an_address_is_kept_as_a_hash_that_means_something_in_its_room_only(
    settings: Settings,
) -> None:
    """Those who came from one address can be told; where it is, nobody can tell without our key."""
    here = address_hash(ROOM, "192.0.2.7")
    assert here == address_hash(ROOM, "192.0.2.7")
    assert re.fullmatch("[0-9a-f]{16}", here)
    assert here != address_hash(ROOM, "192.0.2.8")
    assert here != address_hash(uuid.uuid4(), "192.0.2.7")
    settings.SECRET_KEY = "another"
    assert here != address_hash(ROOM, "192.0.2.7")


def scope(client: str | None, *forwarded: str) -> dict[str, Any]:
    return {
        "client": [client, 5] if client else None,
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (scope("192.0.2.7"), "192.0.2.7"),
        (scope("::ffff:192.0.2.7"), "192.0.2.7"),
        (scope("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
        (scope("fe80::1%eth0"), "fe80::/64"),
        (scope(None), "unknown"),
        (scope("/run/socket"), "unknown"),
        ({}, "unknown"),
        (scope("192.0.2.7", "198.51.100.1"), "192.0.2.7"),
    ],
)
def test_the_address_is_the_peer_s(found: dict[str, Any], expected: str) -> None:
    """A3"""
    assert client_address(found) == expected


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        (["203.0.113.9", "198.51.100.1"], "198.51.100.1"),
        (["garbage"], "192.0.2.7"),
        ([], "192.0.2.7"),
    ],
)
def test_behind_a_proxy_it_is_what_the_proxy_wrote_last(
    forwarded: list[str], expected: str, settings: Settings
) -> None:
    """A3"""
    settings.BEHIND_PROXY = True
    assert client_address(scope("192.0.2.7", *forwarded)) == expected


def test_what_is_longer_than_any_token_is_not_even_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A2: neither hashed nor signed, ASCII or not."""
    looked: list[str] = []

    def unsign(_self: object, value: str, max_age: object = None) -> str:
        looked.append(value)
        raise signing.BadSignature

    monkeypatch.setattr(signing.TimestampSigner, "unsign", unsign)
    for token in ("a" * 257, "é", "é" * 257, "a" * 256):
        with pytest.raises(BadToken):
            read_token(token, ROOM)
    assert looked == ["a" * 256]
