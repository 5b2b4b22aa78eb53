"""This machine's network addresses, and whether a server can listen on one."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

import ifaddr

# The addresses that NetworkManager, Windows and macOS give to a machine that is a
# hotspot, and adapters that exist for nothing else.
_HOTSPOT_ADDRESSES = {"10.42.0.1", "192.168.137.1", "192.168.2.1"}
_HOTSPOT = re.compile(r"^(ap|uap|bridge10)\d")
# Networks that the phones in the room are not in: tunnels, containers and virtual
# machines. On Windows only an adapter's nice name tells its sort.
_VPN = re.compile(r"^(tun|tap|utun|ppp|wg|zt|tailscale)|\b(VPN|TAP|WireGuard|Tailscale)\b", re.I)
_VIRTUAL = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|cni|podman|vEthernet)"
    r"|\b(Hyper-V|VirtualBox|VMware)\b",
    re.I,
)


class CannotListen(Exception):
    """The server cannot listen on this host and port; the message is a sentence."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"Cannot listen on {host} port {port}: {reason}. Choose another with HOST and PORT."
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """One of this machine's IPv4 addresses, and the names of the adapter that has it."""

    address: str
    adapter: str
    nice_name: str


def network_addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, the likeliest for phones first.

    Looked up anew each time, because a laptop changes networks while the server
    runs. Empty without a network.
    """
    found = [one for one in _adapters() if _for_others(one.address)]
    outgoing = _outgoing_address()
    # Sorting keeps the system's own order within a rank.
    found.sort(key=lambda one: _rank(one, outgoing))
    return list(dict.fromkeys(one.address for one in found))


def is_this_machine(address: str) -> bool:
    """Whether an IP address, in text, is one of this machine's own, loopback included."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    return parsed.is_loopback or str(parsed) in {one.address for one in _adapters()}


def check_can_listen(host: str, port: int) -> None:
    """Raise `CannotListen` if the port is taken or privileged, or the host is not ours."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself does, because connections of an earlier run may linger.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotListen(host, port, error) from None


def _adapters() -> list[_Found]:
    """All IPv4 addresses of all network adapters, in the system's order."""
    return [
        _Found(str(ip.ip), adapter.name, str(adapter.nice_name))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4
    ]


def _rank(found: _Found, outgoing: str) -> int:
    """Rank an address by how likely phones can reach it: the lower, the likelier.

    A hotspot on this machine was switched on for the phones in the room. The
    outgoing route may be a VPN's, which phones are not in. Networks of containers
    and virtual machines end within this machine.
    """
    if found.address in _HOTSPOT_ADDRESSES or _HOTSPOT.search(found.adapter):
        return 0
    if _VIRTUAL.search(found.adapter) or _VIRTUAL.search(found.nice_name):
        return 4
    if _VPN.search(found.adapter) or _VPN.search(found.nice_name):
        return 3
    return 1 if found.address == outgoing else 2


def _outgoing_address() -> str:
    """This machine's address on its outgoing route; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # An address that is reserved for documentation (RFC 5737).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _for_others(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
