"""The work of a server before it serves: tables, static files, places, expired rooms.

Each part first checks whether there is anything to do, so that a second start
is fast.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mapapp.assets import joined_modules, joined_styles, static_storage
from mapapp.boot.process_lock import preparing
from mapapp.places import files
from mapapp.rooms.expiry import expire_rooms

logger = logging.getLogger(__name__)

# How nice what nobody waits for is to all that serves people.
_BACKGROUND = 10


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Bring the database and the static files up to date, one process at a time.

    `say` gets a line before each part that takes long.
    """
    with preparing():
        migrate(say)
        collect_static_files(say)
    index_places(say)
    expired = expire_rooms(timezone.now())
    if expired:
        logger.info("Deleted %d rooms whose time was over.", expired)
    # This thread will run the event loop, which never uses the database.
    connections.close_all()


def migrate(say: Callable[[str], None] = lambda _: None) -> bool:
    """Create or change the tables if necessary; return whether it was."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    say("Preparing the database ...")
    call_command("migrate", interactive=False, verbosity=0)
    return True


def collect_static_files(say: Callable[[str], None] = lambda _: None) -> bool:
    """Hash and compress the static files if one has changed; return whether one had.

    Files of earlier versions stay, for pages that are open now.
    """
    if settings.DEBUG:
        return False
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    version = _static_version()
    if stamp.exists() and stamp.read_text(encoding="ascii") == version:
        return False
    say("Packing the pages (once for each version; up to half a minute on a slow machine) ...")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(version, encoding="ascii")
    return True


def index_places(say: Callable[[str], None] = lambda _: None) -> threading.Thread | None:
    """Start to index the places unless that is done; return the thread that waits, or None.

    A separate process does it, so that its memory is freed at the end. The server
    does not wait for it, because everything else works without places. Servers that
    start together do it once (`mapapp.places.building`).
    """
    folder = settings.PLACES_DIR
    try:
        if files.current(folder).exists():
            return None
        process = subprocess.Popen(  # noqa: S603  nothing of it comes from outside
            [sys.executable, "-m", "mapapp.places.building", str(folder)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        logger.warning("There will be no search for places: %s", error)
        return None
    with suppress(OSError):  # it is done already, or may not be asked
        os.setpriority(os.PRIO_PROCESS, process.pid, _BACKGROUND)
    say("Indexing the names of places in the background (once for each version) ...")
    waits = threading.Thread(target=_wait_for, args=[process], name="places", daemon=True)
    waits.start()
    return waits


def _wait_for(indexing: subprocess.Popen[str]) -> None:
    _, said = indexing.communicate()
    # Below zero it was ended by a signal, for example because of Ctrl-C.
    if indexing.returncode > 0:
        reason = said.strip().rpartition("\n")[2]
        logger.warning("The places could not be indexed; there is no search for them: %s", reason)


def _static_version() -> str:
    """A hash of the files' names, sizes and times, and of the code that joins and packs them."""
    digest = hashlib.sha256()
    for module in (joined_modules, joined_styles, static_storage):
        digest.update(inspect.getsource(module).encode())
    for package in ("Django", "servestatic", "brotli"):
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list(None), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
