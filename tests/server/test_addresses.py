"""Where phones find the server, and whether it can listen there."""

import ipaddress
import json
import shlex
import socket
import subprocess
import sys
from contextlib import closing

import ifaddr
import pytest

from mapapp.server import addresses
from mapapp.server.addresses import (
    CannotListen,
    check_can_listen,
    is_this_machine,
    network_addresses,
)
from testkit.services import LOOPBACK, ROOT, free_port
from tests.conftest import leave_out


def test_only_addresses_that_others_can_use_are_offered() -> None:
    found = network_addresses()
    assert len(found) == len(set(found))
    for address in map(ipaddress.ip_address, found):
        assert not address.is_loopback
        assert not address.is_link_local


def _adapter(name: str, *found: str, nice_name: str = "") -> ifaddr.Adapter:
    ips = [ifaddr.IP(address, 24, nice_name or name) for address in found]
    return ifaddr.Adapter(name, nice_name or name, ips)


def _with(monkeypatch: pytest.MonkeyPatch, outgoing: str, *adapters: ifaddr.Adapter) -> list[str]:
    """The addresses of a machine with these adapters and this way out."""
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters)
    monkeypatch.setattr(addresses, "_outgoing_address", lambda: outgoing)
    return network_addresses()


def test_the_way_out_comes_first_and_containers_last(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _with(
        monkeypatch,
        "192.168.1.5",
        _adapter("lo", "127.0.0.1"),
        _adapter("docker0", "172.17.0.1"),
        _adapter("eth0", "10.1.2.3", "169.254.3.4"),
        _adapter("wlan0", "192.168.1.5"),
    )
    assert found == ["192.168.1.5", "10.1.2.3", "172.17.0.1"]


def test_a_vpn_takes_the_way_out_but_phones_are_not_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _with(
        monkeypatch, "10.8.0.2", _adapter("utun3", "10.8.0.2"), _adapter("en0", "192.168.1.5")
    )
    assert found == ["192.168.1.5", "10.8.0.2"]


def test_windows_names_its_adapters_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _with(
        monkeypatch,
        "10.9.0.2",
        _adapter("{1}", "172.20.0.1", nice_name="Hyper-V Virtual Ethernet Adapter"),
        _adapter("{2}", "10.9.0.2", nice_name="WireGuard Tunnel"),
        _adapter("{3}", "192.168.1.5", nice_name="Intel(R) Wi-Fi 6 AX201"),
    )
    assert found == ["192.168.1.5", "10.9.0.2", "172.20.0.1"]


@pytest.mark.parametrize(
    ("adapter", "address"),
    [("wlan0", "10.42.0.1"), ("{7}", "192.168.137.1"), ("bridge100", "192.168.2.1")],
)
def test_a_hotspot_of_this_machine_comes_first(
    monkeypatch: pytest.MonkeyPatch, adapter: str, address: str
) -> None:
    found = _with(
        monkeypatch, "192.168.1.5", _adapter("eth0", "192.168.1.5"), _adapter(adapter, address)
    )
    assert found == [address, "192.168.1.5"]


def test_a_hotspot_without_a_way_out_is_found_on_a_real_network() -> None:
    """A laptop that is the hotspot has no default route; its own name leads nowhere."""
    tell = (
        "import json; from mapapp.server.addresses import *; "
        "print(json.dumps([network_addresses(), is_this_machine('10.42.0.1')]))"
    )
    script = (
        "ip link set lo up && ip link add wlan0 type veth peer name phone"
        " && ip addr add 10.42.0.1/24 dev wlan0 && ip link set wlan0 up && ip link set phone up"
        f" && {shlex.quote(sys.executable)} -c {shlex.quote(tell)}"
    )
    made = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in made.stderr or "not permitted" in made.stderr:
        leave_out("no network of one's own can be made here (unshare --net)")
    assert json.loads(made.stdout) == [["10.42.0.1"], True], made.stderr


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_this_machine(address: str) -> None:
    assert is_this_machine(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "", "unknown", "::ffff:8.8.8.8", "fe80::1%eth0"])
def test_others_are_not_this_machine(address: str) -> None:
    assert not is_this_machine(address)


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
