"""What goes wrong with one connection does not end Daphne's looks at the others."""

import subprocess
import sys

from testkit.services import ROOT

# In a process of its own, because Daphne installs Twisted's reactor when it is imported.
SCRIPT = """
import asyncio, logging, time
from unittest.mock import MagicMock
logging.basicConfig(format="LOG %(levelname)s %(message)s")
from mapapp.server import checkers

planned = []
checkers.reactor = MagicMock(callLater=lambda seconds, look: planned.append(look.__name__))
server = checkers.CheckedServer(application=None, endpoints=["unused"])
server.connections = {}
faulty, sound = MagicMock(), MagicMock()
faulty.check_timeouts.side_effect = faulty.handle_exception.side_effect = RuntimeError("ours")

async def fail():
    raise ValueError("its application")

async def main():
    for protocol in (faulty, sound):
        server.protocol_connected(protocol)
    for _ in range(2):
        server.timeout_checker()
    print("pinged", faulty.check_timeouts.call_count, sound.check_timeouts.call_count)
    print("cut", faulty.transport.abortConnection.call_count)

    for protocol in (faulty, sound):
        application = asyncio.ensure_future(fail())
        await asyncio.wait([application])
        server.connections[protocol]["application_instance"] = application
    server.application_checker()
    print("told", sound.handle_exception.call_count)
    for protocol in (faulty, sound):
        server.protocol_disconnected(protocol)
    server.application_checker()
    print("left", len(server.connections))

    slow = asyncio.ensure_future(asyncio.sleep(60))
    server.protocol_connected(sound)
    server.connections[sound]["application_instance"] = slow
    server.protocol_disconnected(sound)
    server.application_checker()
    await asyncio.sleep(0)
    print("patient", not slow.cancelled())
    server.connections[sound]["disconnected"] -= server.application_close_timeout + 1
    server.application_checker()
    await asyncio.sleep(0)
    server.application_checker()
    print("ended", slow.cancelled(), len(server.connections))
    print("planned", planned.count("timeout_checker"), planned.count("application_checker"))

asyncio.run(main())
"""


def test_the_looks_go_on_and_the_others_are_looked_after() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "pinged 1 2",
        "cut 1",
        "told 1",
        "left 0",
        "patient True",
        "ended True 0",
        "planned 2 5",
    ]
    logged = [line for line in done.stderr.splitlines() if line.startswith("LOG ERROR")]
    assert logged == [
        "LOG ERROR Could not ping a connection, or end it in time",
        "LOG ERROR A connection's application failed",
        "LOG ERROR Could not tidy up after a connection",
        "LOG ERROR A connection's application failed",
    ]
