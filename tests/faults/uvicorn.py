"""The same application on another ASGI server, which knows nothing of our extensions."""

import sys

from testkit.server import ServerProcess
from testkit.services import ROOT


class UvicornProcess(ServerProcess):
    """`uvicorn mapapp.asgi:application`, on a data folder that `serve` has prepared before."""

    def spawn(self) -> None:
        self.process.spawn(
            [
                *(sys.executable, "-m", "uvicorn", "mapapp.asgi:application"),
                *("--host", self.env["HOST"]),
                *("--port", self.env["PORT"]),
            ],
            cwd=ROOT,
            env=self.env,
        )
