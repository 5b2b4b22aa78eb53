"""What waits to be sent: shared, in order, and bounded for the process (F3)."""

import logging

import pytest

from mapapp.server.outbox import Backlog, Outbox


class Slow:
    """A client that does not read."""

    def __init__(self, backlog: Backlog) -> None:
        self.outbox = Outbox(backlog)
        self.backlog = backlog
        self.cut = False

    def gets(self, data: bytes) -> None:
        self.outbox.add(data)
        self.backlog.waits(self)

    def abortConnection(self) -> None:
        self.cut = True
        self.outbox.clear()
        self.backlog.is_done(self)


def test_it_is_sent_in_order_and_in_pieces() -> None:
    outbox = Outbox(Backlog())
    outbox.add(b"abcdef", 2)
    outbox.add(b"gh")
    assert outbox.size == 6
    assert bytes(outbox.next_part(3)) == b"cde"
    outbox.took(2)
    assert bytes(outbox.next_part(3)) == b"ef"
    outbox.took(2)
    assert bytes(outbox.next_part(3)) == b"gh"
    assert outbox.size == 2
    outbox.took(2)
    assert outbox.size == 0


def test_a_buffer_counts_once_however_many_wait_for_it() -> None:
    backlog = Backlog()
    data = b"x" * 1000
    one, other = Outbox(backlog), Outbox(backlog)
    one.add(data)
    other.add(data, 500)
    other.add(b"y" * 10)
    assert backlog.bytes == 1010
    one.took(1000)
    assert backlog.bytes == 1010
    other.clear()
    assert (backlog.bytes, other.size) == (0, 0)


def test_beyond_the_bound_those_are_cut_off_who_took_nothing_for_longest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    backlog = Backlog(most=200)  # just what is left when one has gone
    a, b, c = (Slow(backlog) for _ in range(3))
    a.gets(bytes(100))
    b.gets(b"b" * 100)
    a.outbox.took(1)
    backlog.has_taken(a)
    with caplog.at_level(logging.WARNING):
        c.gets(b"c" * 100)
    assert (a.cut, b.cut, c.cut) == (False, True, False)
    assert backlog.bytes == 200
    assert "cut off the slowest 1 of 3" in caplog.text


def test_as_many_are_cut_off_as_it_takes() -> None:
    backlog = Backlog(most=250)
    shared = bytes(200)
    slow = [Slow(backlog) for _ in range(5)]
    for client in slow:
        client.gets(shared)
    newcomer = Slow(backlog)
    newcomer.gets(b"n" * 100)
    assert all(client.cut for client in slow)
    assert not newcomer.cut
    assert backlog.bytes == 100


def test_at_the_bound_nobody_is_cut_off() -> None:
    backlog = Backlog(most=100)
    client = Slow(backlog)
    client.gets(bytes(100))
    assert not client.cut
    backlog.is_done(client)
    other = Slow(backlog)
    other.gets(b"x")
    assert (client.cut, other.cut) == (False, True)
