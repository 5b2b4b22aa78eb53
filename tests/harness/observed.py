"""The real server, which on SIGUSR2 collects garbage and writes down the number of its tasks.

By itself it collects up to a minute after its rooms are dropped, which are garbage until
then: its memory would depend on the moment at which it is read.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import runpy
import signal
import sys
from pathlib import Path


def _count(*_: object) -> None:
    gc.collect()
    loop = asyncio.get_event_loop_policy().get_event_loop()
    tasks = len(asyncio.all_tasks(loop))
    target = Path(os.environ["LIVEMAP_COUNTS"])
    part = target.with_suffix(".part")
    part.write_text(json.dumps({"tasks": tasks}))
    part.replace(target)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, _count)
    sys.argv = ["manage.py", "serve", *sys.argv[1:]]
    runpy.run_path("manage.py", run_name="__main__")
