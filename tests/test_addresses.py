"""Where phones find the server, and whether it can listen there."""

import ipaddress
import socket
from contextlib import closing

import pytest

from mapapp.addresses import CannotListen, check_can_listen, network_addresses
from tests.services import LOOPBACK, free_port


def test_only_addresses_that_others_can_use_are_offered() -> None:
    found = network_addresses()
    assert len(found) == len(set(found))
    for address in map(ipaddress.ip_address, found):
        assert not address.is_loopback
        assert not address.is_link_local


def test_a_free_port_can_be_had() -> None:
    check_can_listen(LOOPBACK, free_port())


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with closing(socket.create_server((LOOPBACK, 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"{LOOPBACK} port {port}: Address already in use"):
            check_can_listen(LOOPBACK, port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no host"])
def test_a_host_that_is_not_ours_is_one_sentence(host: str) -> None:
    with pytest.raises(CannotListen, match=f"Cannot listen on {host}"):
        check_can_listen(host, free_port())
