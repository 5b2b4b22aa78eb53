"""Bytes that a server has sent and Linux still holds, because no client has taken them."""

from __future__ import annotations

from pathlib import Path

from bench.crowd import BadRun

_TABLE = Path("/proc/net/tcp")


def send_queue_bytes(port: int) -> int:
    """The bytes in the send buffers of all IPv4 sockets with this local port.

    Reading the table takes some ten milliseconds: not to be done often.
    """
    try:
        return sum_send_queues(_TABLE.read_text(), port)
    except OSError as error:
        raise BadRun(f"the kernel's send buffers cannot be seen here: {error}") from error


def sum_send_queues(table: str, port: int) -> int:
    """The same from the text of /proc/net/tcp (see proc_pid_net(5))."""
    total = 0
    for line in table.splitlines()[1:]:
        _, local, _, _, queues = line.split()[:5]
        if int(local.partition(":")[2], 16) == port:
            total += int(queues.partition(":")[0], 16)
    return total
