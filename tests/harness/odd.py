"""Odd frames and requests of any sort, generated from a seed."""

from __future__ import annotations

import json
import random

from testkit.client import Client
from testkit.mirror import Frame

_NUMBERS: list[object] = [
    *(True, -1, 0, 1, 2, 3, 2**31, 2**53, 2**64, 1e308, 0.5, -90.0000001, 90, 180.0000001),
]
_PLAN = {"question": "?", "kind": "zones", "surface": {"zones": [{"id": [], "box": [1, 2]}]}}
_VALUES: list[object] = [
    *(*_NUMBERS, None, "", "x" * 100, "\u202e\u0000", "é" * 50, [], {}, [[]]),
    *(_PLAN, {"settings": {"targets": [[1]]}}, {"activity": 1, "stage": "answer"}, "answer"),
]
_FIELDS = (
    *("op", "marker", "grab", "lat", "lng", "label", "name", "person", "id", "client", "token"),
    *("key", "epoch", "rev", "south", "west", "north", "east", "question", "moves", "as", "moved"),
    *("activity", "activities", "value", "stage", "from", "round", "seconds", "area", "after"),
)
_KINDS: list[object] = [
    *("hello", "move", "look", "ping", "add", "grab", "drop", "place", "edit", "remove", "name"),
    *("lock", "unlock", "question", "ban", "close", "nothing", 7, None, ["add"]),
    *("prepare", "revise", "discard", "restore", "order", "go", "stage", "timer", "late"),
    *("count", "spotlight", "camera", "putback"),
]

ROUTES = (
    *("/", "/{code}", "/{code}/screen", "/{code}/host", "/{code}/qr.svg", "/api/rooms"),
    *(
        "/api/rooms/{code}",
        "/api/rooms/{code}/activities",
        "/api/templates",
        "/healthz",
        "/readyz",
        "/static/nothing.js",
        "/admin/",
        "/ws/{code}",
    ),
    *("/api/rooms/{code}/activities", "/api/templates", "/api/places?q=%ff"),
    *("/nowhere", "//", "/%00", "/..%2f..%2fetc/passwd", "/staff/login/", "/" + "a" * 3000),
)
METHODS = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW")
HEADERS = (
    "Host: " + "a" * 2200,
    "Host: " + "a." * 120 + "example",
    "Host: münchen.example",
    "Host: [::1",
    "Host: a b c",
    "Host: 127.0.0.1:99999999",
    "Origin: null",
    "Origin: http://" + "b" * 3000,
    "Origin: http://[",
    "X-Forwarded-For: " + "1.2.3.4, " * 300,
    "X-Forwarded-For: \xff\xfe",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https, gopher",
    "Daphne-Root-Path: /x",
    "Daphne-Root-Path: %ff%00",
    "Content-Length: -1",
    "Content-Length: 1e9",
    "Content-Length: 99999999999",
    "Cookie: " + "c=" * 2000,
    "Cookie: sessionid=\x80\x81",
    "Accept-Language: " + "xx-YY;q=9," * 400,
    "Range: bytes=0-,-5,9999999999-",
    "If-Modified-Since: tomorrow",
    "If-None-Match: " + '"x",' * 500,
    "Accept-Encoding: br;q=nan, \x7f",
    "Sec-WebSocket-Protocol: m\xc3\xa4p.v1",
    "Sec-WebSocket-Version: 99999",
    "Sec-WebSocket-Key: short",
    "Sec-WebSocket-Extensions: permessage-deflate; x=\x80",
    "Transfer-Encoding: gzip, chunked",
    "Content-Type: application/json; charset=\xe9",
    "Content-Type: multipart/form-data; boundary=" + "-" * 300,
    "Expect: 100-continue",
    "Connection: " + "keep-alive, " * 200,
)


class Fuzzer(Client):
    """A client that ignores its answers."""

    def _answered(self, frame: Frame) -> None:
        """Ignore the answer: the ops are made up, and reused."""


def frame(rng: random.Random) -> str | bytes:
    """A text frame, or (bytes) a binary one."""
    match rng.randrange(8):
        case 0:
            return rng.randbytes(rng.randrange(40))
        case 1:
            return rng.choice(['[{"t":', "[", '{"t":{"t":']) * rng.randrange(600)
        case 2:
            return "é" * rng.randrange(3_000)
        case 3:
            text = json.dumps(_message(rng))
            return text[: rng.randrange(len(text))]
        case _:
            return json.dumps(_message(rng))


def _message(rng: random.Random) -> dict[str, object]:
    message: dict[str, object] = {"t": rng.choice(_KINDS)}
    for name in rng.sample(_FIELDS, rng.randrange(9)):
        message[name] = rng.choice(_VALUES)
    return message


def request(rng: random.Random, code: str, path: str | None = None) -> tuple[str, bytes]:
    """A request, and the line that makes it odd."""
    path = (path or rng.choice(ROUTES)).format(code=code)
    header = rng.choice(HEADERS)
    upgrade = path.startswith("/ws/") or rng.random() < 0.15
    lines = [f"{rng.choice(METHODS)} {path} HTTP/{rng.choice(['1.1', '1.1', '1.0', '9.9'])}"]
    if not header.startswith("Host:"):
        lines.append("Host: 127.0.0.1")
    if upgrade:
        lines += [
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ]
    else:
        lines.append("Connection: close")
    lines += [header, "", ""]
    return f"{lines[0][:60]} with {header[:60]!r}", "\r\n".join(lines).encode("latin-1")
