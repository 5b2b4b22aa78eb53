"""Another program on the server's core, which takes a share of it in short bursts.

python -m bench.disturbance --share 0.4
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.machine import pinned
from testkit.services import ROOT

# As long as two frames of a screen, about: what a program needs at once and then waits for more.
PERIOD_SECONDS = 0.05


@contextmanager
def disturbed(core: int, share: float) -> Iterator[None]:
    """Meanwhile another process uses this share (0 to 1) of a core."""
    with pinned(core):
        program = subprocess.Popen(
            [sys.executable, "-m", "bench.disturbance", "--share", str(share)], cwd=ROOT
        )
    try:
        yield
    finally:
        program.kill()
        program.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, required=True)
    burst = parser.parse_args().share * PERIOD_SECONDS
    parent = os.getppid()
    while os.getppid() == parent:  # not longer than whoever started it
        began, end = time.monotonic(), time.thread_time() + burst
        while time.thread_time() < end:
            pass
        time.sleep(max(0.0, began + PERIOD_SECONDS - time.monotonic()))


if __name__ == "__main__":
    main()
