"""The real server, which on SIGUSR2 also writes down the number of its loop's tasks."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import sys
from pathlib import Path


def _count(*_: object) -> None:
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
