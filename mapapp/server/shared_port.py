"""One port that several processes serve."""

from __future__ import annotations

import socket
import sys

from mapapp.server.addresses import CannotListen

# Whether the system spreads new connections over all sockets that listen on the same
# port. BSD's and macOS' give them all to one of the sockets.
SPREADS = sys.platform == "linux" and hasattr(socket, "SO_REUSEPORT")
# Connections that may wait to be accepted while a whole room joins.
BACKLOG = 2048


def listen_on(host: str, port: int, *, beside_others: bool) -> socket.socket:
    """A socket that listens on this host and port. Raises `CannotListen`.

    `beside_others`: other processes of this user may listen there, too.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if beside_others:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotListen(host, port, error) from None
    return listener
