"""The faults, by what they break; importing this package registers all of them."""

from tests.harness.faults import (
    admission,
    clocks,
    database,
    floods,
    http,
    network,
    processes,
    relay,
)

__all__ = ["admission", "clocks", "database", "floods", "http", "network", "processes", "relay"]
