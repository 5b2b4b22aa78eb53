"""Who may connect at all: where from, and how many from one address (A3)."""

from typing import Any

import pytest

from consumers.gate import Caps, Gate, Rejected
from mapapp.limits.buckets import GuessLimiter
from mapapp.rooms.codes import Codes


async def _nobody(_code: str, _address: str) -> bool:
    return False


@pytest.fixture
def gate() -> Gate:
    def clock() -> float:
        return 0.0

    codes = Codes(GuessLimiter(clock=clock), clock=clock, familiar=_nobody)
    caps = Caps(connections_each_address=2)
    return Gate(codes, origins=["https://map.example.org"], caps=caps, clock=clock)


def scope(
    origin: str | None = None, host: str = "hall.local:8000", client: str = "192.0.2.1"
) -> dict[str, Any]:
    headers = [(b"host", host.encode())] if host else []
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"headers": headers, "client": [client, 5]}


@pytest.mark.parametrize("origin", [None, "http://hall.local:8000", "https://map.example.org"])
def test_our_own_pages_and_programs_may_connect(gate: Gate, origin: str | None) -> None:
    assert gate.enter(scope(origin)) == "192.0.2.1"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "hall.local:8000"),
        ("http://hall.local", "hall.local:8000"),
        ("null", "hall.local:8000"),
        ("", "hall.local:8000"),
        # Without a host nothing is ours, also not an origin without one.
        ("", ""),
        ("null", ""),
        ("https://map.example.org.evil.example", "hall.local:8000"),
    ],
)
def test_pages_of_other_sites_may_not(gate: Gate, origin: str, host: str) -> None:
    with pytest.raises(Rejected) as turned:
        gate.enter(scope(origin, host))
    assert turned.value.close == 4421
    # It takes no place of those that may.
    assert [gate.enter(scope()) for _ in range(2)] == ["192.0.2.1"] * 2


def test_one_address_has_so_many_connections_and_others_have_theirs(gate: Gate) -> None:
    for _ in range(2):
        gate.enter(scope())
    with pytest.raises(Rejected) as turned:
        gate.enter(scope())
    assert turned.value.close == 4429
    assert gate.enter(scope(client="192.0.2.2")) == "192.0.2.2"
    gate.exit("192.0.2.1")
    gate.enter(scope())
    with pytest.raises(Rejected):
        gate.enter(scope())
    for _ in range(2):
        gate.exit("192.0.2.1")
    gate.exit("192.0.2.2")
    assert not gate._addresses
