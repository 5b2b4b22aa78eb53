"""The work of a server before it serves: tables, static files, expired rooms.

Each part first checks whether there is anything to do, so that a second start
is fast.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import logging
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mapapp.assets import joined_modules, joined_styles, static_storage
from mapapp.boot.process_lock import preparing
from mapapp.rooms.expiry import expire_rooms

logger = logging.getLogger(__name__)


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Bring the database and the static files up to date, one process at a time.

    `say` gets a line before each part that takes long.
    """
    with preparing():
        migrate(say)
        collect_static_files(say)
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
