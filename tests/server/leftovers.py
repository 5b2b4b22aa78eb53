"""The server, with a collector that only counts: SIGUSR1 prints what it would have to find.

python -m tests.server.leftovers
"""

import asyncio
import gc
import signal
from collections import Counter

import django

from mapapp.server.gc_schedule import GarbageCollection


def _start(self: GarbageCollection) -> None:
    gc.collect()
    gc.freeze()
    gc.disable()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _count)


def _count() -> None:
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    kinds = Counter(type(found).__qualname__ for found in gc.garbage)
    print(f"leftovers: {sum(kinds.values())} {dict(kinds.most_common())}", flush=True)
    gc.set_debug(0)
    gc.garbage.clear()
    gc.collect()  # what was only counted so far


if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    GarbageCollection.start = _start  # type: ignore[method-assign]
    call_command("serve")
