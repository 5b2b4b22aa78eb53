"""Under which addresses a server on this machine can be reached, and whether it can listen."""

from __future__ import annotations

import ipaddress
import socket


class CannotListen(Exception):
    """Nobody can listen on this host and port; the message is a sentence."""


def network_addresses() -> list[str]:
    """This machine's addresses in its local networks, the most likely one for phones first.

    Empty without a network.
    """
    found = [_outgoing_address()]
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        infos = []
    found += [str(info[4][0]) for info in infos]
    return [address for address in dict.fromkeys(found) if address and _for_others(address)]


def check_can_listen(host: str, port: int) -> None:
    """Raise `CannotListen` if the port is taken, or not ours to take, or the host not ours."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself does: connections of an earlier run may linger.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotListen(
            f"Cannot listen on {host} port {port}: {reason}. Choose another with HOST and PORT."
        ) from None


def _outgoing_address() -> str:
    """The address that this machine would use towards the outside; nothing is sent."""
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
