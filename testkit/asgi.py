"""One request to an ASGI application, without a server."""

from __future__ import annotations

from typing import Any


async def request(
    application: Any, path: str, method: str = "GET", query: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the body of the answer; `if_range="…"` is a header, too."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    names = {name: name.replace("_", "-").encode() for name in headers}
    await application(
        {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(names[name], value.encode()) for name, value in headers.items()],
        },
        receive,
        send,
    )
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])
