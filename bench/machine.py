"""This machine, and the tasks of its cores."""

from __future__ import annotations

import gc
import os
import platform
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from testkit.services import ROOT


@dataclass(frozen=True)
class Cores:
    """The core for the server and the one for the load; the same if there is only one."""

    server: int
    load: int
    apart: bool

    @classmethod
    def choose(cls) -> Cores:
        usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
        return cls(usable[0], usable[1 % len(usable)], len(usable) > 1)


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Stay on one core, and so does whatever is started meanwhile (Linux; elsewhere nothing)."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """No garbage collection in this process: its pauses would count as the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def busy_seconds(core: int) -> float:
    """The seconds that this core has been busy since the machine was started."""
    times = psutil.cpu_times(percpu=True)[core]
    waiting: float = getattr(times, "iowait", 0.0)
    # The time of guests, if reported, is included in that of users.
    return sum(times[:8]) - times.idle - waiting


def raise_file_limit() -> None:
    """Allow as many sockets as this user may have, for child processes, too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def describe() -> str:
    """One line for the results: processor, cores, Python, and how busy it was before."""
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}; load before: {load:.1f}"
    )


def commit() -> str:
    """The commit that is measured, with a + if files of it have been edited since."""
    try:
        number = _git("rev-parse", "--short", "HEAD")
        edited = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return number + ("+" if edited else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
