"""WebKit, as GTK's browsers have it, under an X server of its own, driven by WebKitWebDriver."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import psutil

from testkit.services import (
    LOOPBACK,
    Process,
    Unavailable,
    free_port,
    wait_until,
)
from tests.browser.eyes import Point
from tests.engines.engine import Engine, finger_actions, key_actions
from tests.engines.line import PATIENCE, BrowserError
from tests.engines.venue import at_the_venue

PYTHON = "/usr/bin/python3"
BROWSER = Path(__file__).with_name("webkit_browser.py")

# WebKit's remarks about two things in our pages that it does not know, and need not.
NOT_KNOWN = (r"manifest-src", r"interactive-widget")

# The driver's own way of waiting for a promise.
CALL = """const [given, done] = arguments;
Promise.resolve((%s)(given)).then((value) => done({ value }), (e) => done({ error: String(e) }));"""


class Display:
    """An X server whose screen nobody looks at."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("Xvfb")
        if program is None:
            raise Unavailable("Xvfb is not installed (xvfb)")
        number = folder / "display"
        self._process = Process(folder / "xvfb.log")
        # It looks for a free number itself, and writes it down when it is ready.
        start = f'exec "$0" -displayfd 3 -screen 0 1400x2800x24 3>{number}'
        self._process.spawn(["/bin/sh", "-c", start, program], cwd=folder)
        wait_until(
            lambda: number.exists() and number.read_text().endswith("\n"), 30, "Xvfb is there"
        )
        self.name = f":{number.read_text().strip()}"

    def close(self) -> None:
        self._process.end()


class WebKit(Engine):
    """A WebKit page of this size (CSS pixels); `scale` device pixels each."""

    def __init__(self, folder: Path, size: tuple[int, int], scale: int = 1) -> None:
        super().__init__()
        driver = shutil.which("WebKitWebDriver")
        if driver is None:
            raise Unavailable("WebKitWebDriver is not installed (webkit2gtk-driver)")
        bindings = (
            "import gi; gi.require_version('WebKit2', '4.1'); gi.require_version('Gtk', '3.0')"
        )
        if subprocess.run([PYTHON, "-c", bindings], check=False, capture_output=True).returncode:
            raise Unavailable("GTK's bindings are missing (python3-gi, gir1.2-webkit2-4.1)")
        folder.mkdir(parents=True, exist_ok=True)
        before = at_the_venue(folder)
        self._display = Display(folder)
        self._console = folder / "console.log"
        self._driver = Process(folder / "driver.log")
        port = free_port()
        self._driver.spawn(
            [*before, driver, f"--port={port}"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "LANG": "C.UTF-8",
                "DISPLAY": self._display.name,
                "GDK_BACKEND": "x11",
                "GDK_SCALE": str(scale),
                # There is no graphics card to share buffers with.
                "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "NO_AT_BRIDGE": "1",
                "WINDOW_SIZE": "{}x{}".format(*size),
                "CONSOLE": str(self._console),
            },
        )
        self._http = httpx.Client(base_url=f"http://{LOOPBACK}:{port}", timeout=PATIENCE)
        self._read = 0
        try:
            wait_until(self._listens, 30, "WebKitWebDriver listens")
            options = {"binary": PYTHON, "args": [str(BROWSER)]}
            capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            session = self._post("/session", capabilities=capabilities)
            self._session = f"/session/{session['sessionId']}"
        except BaseException:
            self._end()
            raise

    def _listens(self) -> bool:
        assert self._driver.running, self._driver.log_text()
        try:
            return self._http.get("/status").is_success
        except httpx.TransportError:
            return False

    @property
    def memory(self) -> int:
        """Bytes in memory of the processes that have pages."""
        processes = psutil.Process(self._driver.pid).children(recursive=True)
        pages = [process for process in processes if process.name().startswith("WebKitWebProc")]
        return sum(process.memory_info().rss for process in pages)

    def go(self, url: str) -> None:
        self._post(f"{self._session}/url", url=url)

    def call(self, function: str, arguments: str) -> str | None:
        answer = self._post(
            f"{self._session}/execute/async", script=CALL % function, args=[arguments]
        )
        if "error" in answer:
            raise BrowserError(answer["error"])
        value: str | None = answer.get("value")
        return value

    def touch(self, kind: str, at: Point) -> None:
        self._post(f"{self._session}/actions", actions=finger_actions(kind, at))

    def press(self, *keys: str) -> None:
        self._post(f"{self._session}/actions", actions=key_actions(*keys))

    def surprises(self, *expected: str) -> list[str]:
        lines = self._console.read_text(errors="replace").splitlines()
        self.complaints = [line for line in lines if "CONSOLE" in line]
        return super().surprises(*NOT_KNOWN, *expected)

    def close(self) -> None:
        try:
            self._http.delete(self._session)
        finally:
            self._end()

    def _end(self) -> None:
        self._http.close()
        self._driver.end()
        self._display.close()

    def _post(self, path: str, **body: object) -> Any:
        answer = self._http.post(path, json=body).json()["value"]
        if isinstance(answer, dict) and "stacktrace" in answer:
            raise BrowserError(f"{answer['error']}: {answer['message']}")
        return answer
