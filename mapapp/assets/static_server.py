"""Static files, sent from memory before Django sees the request.

When a room scans the QR code, every phone asks for some ten files within
seconds. In Django middleware each would cost 2.5 ms of CPU, mostly for threads
that read files; from memory it is 0.25 ms, as much as Daphne needs by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.handlers.asgi import ASGIHandler
from servestatic.asgi import ServeStaticASGI
from servestatic.responders import StaticFile

from mapapp.assets.ranges import Unsatisfiable, part_wanted


def with_static_files(application: ASGIHandler) -> ASGI3Application:
    """The same application, with the static files in front of it.

    With DEBUG they come from the folders where they are edited; otherwise from
    the current output of `collectstatic`.
    """
    if settings.DEBUG:
        return cast("ASGI3Application", ASGIStaticFilesHandler(application))
    root = Path(settings.STATIC_ROOT)
    if not root.is_dir():
        return cast("ASGI3Application", application)
    files = StaticFilesInMemory(cast("ASGI3Application", application), root, settings.STATIC_URL)
    return cast("ASGI3Application", files)


_NAME_LENGTH = 200
# Below the prefix: plain folders, and a name with a hash as Django makes it.
_HASHED = re.compile(r"(?:[A-Za-z0-9_][\w.-]*/)*[A-Za-z0-9_][\w.-]*\.[0-9a-f]{12}\.[A-Za-z0-9]+")


class StaticFilesInMemory(ServeStaticASGI):
    """ServeStatic decides on type, compression and caching; the bytes are kept here.

    While the processes of one data folder are replaced one after another, the
    new one's pages name files that were added after this process started. So an
    unknown name with a hash is looked up on the disk, which costs a hundredth of
    the 404 page.
    """

    def __init__(self, application: ASGI3Application, root: Path, prefix: str) -> None:
        super().__init__(
            application,
            root=root,
            prefix=prefix,
            allow_all_origins=False,
            add_headers_function=_add_headers,
        )
        self._folder, self._prefix = root, prefix
        self._bodies: dict[str, bytes] = {}

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._prefix):
            self._look_again(scope["path"])
        if scope["type"] == "http" and scope["method"] == "GET":
            file = self.files.get(scope["path"])
            headers = {name: value for name, value in scope["headers"] if name in _ASKED}
            if isinstance(file, StaticFile) and b"if-range" not in dict(scope["headers"]):
                await self._send(file, headers, send)
                return
        await super().__call__(scope, receive, send)

    def _look_again(self, url: str) -> None:
        """Add a file that has been collected since the start."""
        name = url.removeprefix(self._prefix)
        if url not in self.files and _HASHED.fullmatch(name, endpos=_NAME_LENGTH):
            path = str(self._folder / name)
            if Path(path).is_file():
                self.add_file_to_dictionary(url, path, root=str(self._folder))

    async def _send(
        self, file: StaticFile, asked: dict[bytes, bytes], send: ASGISendCallable
    ) -> None:
        wanted = {_ASKED[name]: value.decode("latin-1") for name, value in asked.items()}
        part = None
        if file.is_not_modified(wanted):
            status, headers = 304, file.not_modified_response.headers
            body = b""
        else:
            if b"range" in asked:
                wanted.pop("HTTP_ACCEPT_ENCODING", None)  # it counts the bytes of the file itself
            path, headers = file.get_path_and_headers(wanted)
            status, body = 200, self._body(path)
            part = _part(asked.get(b"range", b""), len(body))
        if part is not None:
            size, (first, length) = len(body), part
            status, body = (206 if length else 416), body[first : first + length]
            span = f"{first}-{first + length - 1}" if length else "*"
            headers = [
                *((name, value) for name, value in headers if name.lower() not in _OF_THE_WHOLE),
                ("Content-Length", str(length)),
                ("Content-Range", f"bytes {span}/{size}"),
            ]
        encoded = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers
            if value is not None
        ]
        start = {"type": "http.response.start", "status": status, "headers": encoded}
        await send(cast("Any", start))
        await send(cast("Any", {"type": "http.response.body", "body": body}))

    def _body(self, path: str) -> bytes:
        found = self._bodies.get(path)
        if found is None:
            found = self._bodies[path] = Path(path).read_bytes()
        return found


_OF_THE_WHOLE = frozenset({"content-length", "content-range"})


def _part(range_header: bytes, size: int) -> tuple[int, int] | None:
    """The first byte and the number of bytes; none of them behind the end; None for all."""
    try:
        return part_wanted(range_header.decode("latin-1"), size)
    except Unsatisfiable:
        return 0, 0


# The headers that ServeStatic looks at: ASGI's names and its own.
_ASKED = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"range": "HTTP_RANGE",
}


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
