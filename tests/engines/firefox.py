"""Firefox, driven by WebDriver BiDi over its remote debugging port: no driver program."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from testkit.services import Process, Unavailable, wait_until
from tests.browser.eyes import Point
from tests.engines.engine import Engine, finger_actions, key_actions
from tests.engines.line import BrowserError, Event, Line
from tests.engines.venue import at_the_venue

PREFERENCES = {
    "dom.w3c_touch_events.enabled": 1,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.trr.mode": 5,
    "services.settings.server": "",
    # A page's tasks do not wait for a user who is not there.
    "toolkit.cosmeticAnimations.enabled": False,
}

# Tells what the console does not: what the content policy refused.
REFUSED_BY_POLICY = """(report) => addEventListener("securitypolicyviolation", (event) =>
  report(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


class Firefox(Engine):
    """A headless Firefox with a profile of its own."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        super().__init__()
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if program is None:
            raise Unavailable("firefox is not installed (firefox-esr)")
        profile = folder / "profile"
        profile.mkdir(parents=True)
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});"
            for name, value in PREFERENCES.items()
        ]
        (profile / "user.js").write_text("\n".join(lines))
        self._process = Process(folder / "firefox.log")
        self._process.spawn(
            [
                *at_the_venue(folder),
                program,
                *("--headless", "--no-remote", "--profile", str(profile)),
                *("--remote-debugging-port", "0", "about:blank"),
            ],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        )
        try:
            self._line = Line(self._address(profile), self._on_event)
            self._begin(size)
        except BaseException:
            self._process.kill()
            raise

    def _address(self, profile: Path) -> str:
        place = profile / "WebDriverBiDiServer.json"

        def is_there() -> bool:
            assert self._process.running, self._process.log_text()
            return place.exists() and place.read_text().endswith("}")

        wait_until(is_there, 60, "Firefox listens")
        server = json.loads(place.read_text())
        return f"ws://{server['ws_host']}:{server['ws_port']}/session"

    def _begin(self, size: tuple[int, int]) -> None:
        self._line.command("session.new", {"capabilities": {}})
        tree = self._line.command("browsingContext.getTree")
        self._page: str = tree["contexts"][0]["context"]
        events = ["log.entryAdded", "script.message", "network.responseCompleted"]
        self._line.command("session.subscribe", {"events": events})
        self._line.command(
            "script.addPreloadScript",
            {
                "functionDeclaration": REFUSED_BY_POLICY,
                "arguments": [{"type": "channel", "value": {"channel": "policy"}}],
            },
        )
        width, height = size
        self._line.command(
            "browsingContext.setViewport",
            {"context": self._page, "viewport": {"width": width, "height": height}},
        )

    def _on_event(self, event: Event) -> None:
        params = event["params"]
        match event["method"]:
            case "log.entryAdded":
                self.complaints.append(f"{params['type']} {params['level']}: {params['text']}")
            case "script.message":
                self.complaints.append(params["data"]["value"])
            case "network.responseCompleted" if params["response"]["status"] >= 400:
                self.complaints.append(
                    f"answered {params['response']['status']}: {params['request']['url']}"
                )

    def go(self, url: str) -> None:
        self._line.command(
            "browsingContext.navigate", {"context": self._page, "url": url, "wait": "complete"}
        )

    def call(self, function: str, arguments: str) -> str | None:
        answer = self._line.command(
            "script.callFunction",
            {
                "functionDeclaration": function,
                "awaitPromise": True,
                "target": {"context": self._page},
                "arguments": [{"type": "string", "value": arguments}],
                "userActivation": True,
            },
        )
        if answer["type"] == "exception":
            raise BrowserError(answer["exceptionDetails"]["text"])
        value: str | None = answer["result"].get("value")
        return value

    def touch(self, kind: str, at: Point) -> None:
        self._act(finger_actions(kind, at))

    def press(self, *keys: str) -> None:
        self._act(key_actions(*keys))

    def close(self) -> None:
        self._line.close()
        self._process.end()

    def _act(self, actions: list[dict[str, Any]]) -> None:
        self._line.command("input.performActions", {"context": self._page, "actions": actions})
