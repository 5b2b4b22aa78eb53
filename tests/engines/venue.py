"""A host name that is no secure context, for browsers that take no map of hosts.

They are started in a mount namespace of their own with an /etc/hosts of ours,
so that nothing on the machine is changed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

from testkit.services import LOOPBACK, Unavailable
from tests.browser.venue import HOST


def at_the_venue(folder: Path) -> list[str]:
    """What to put before a command, so that it finds the venue on this machine.

    Raises Unavailable where the machine allows no such namespace and its own
    /etc/hosts does not name the venue either.
    """
    if _is_known():
        return []
    program = shutil.which("bwrap")
    hosts = folder / "hosts"
    hosts.write_text(f"{LOOPBACK} localhost {HOST}\n")
    hosts.chmod(0o644)
    if program:
        command = [program, "--dev-bind", "/", "/", "--ro-bind", str(hosts), "/etc/hosts"]
        if subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0:
            return [*command, "--die-with-parent"]
    raise Unavailable(
        f"{HOST} cannot be reached: bubblewrap is missing or not allowed here, "
        f"and /etc/hosts has no line '{LOOPBACK} {HOST}'"
    )


def _is_known() -> bool:
    try:
        return socket.gethostbyname(HOST) == LOOPBACK
    except OSError:
        return False
