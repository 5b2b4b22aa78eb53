"""Static files from memory: compressed, cached for ever where their name holds a hash."""

from pathlib import Path
from typing import Any

import pytest

from mapapp.assets.static_server import StaticFilesInMemory
from testkit.asgi import request

CSS = b"body { color: teal }\n" * 50
HASHED = "/static/base.0123456789ab.css"


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """The application that the files are in front of."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"application"})


@pytest.fixture
def files(tmp_path: Path) -> StaticFilesInMemory:
    for name in ("base.css", "base.0123456789ab.css"):
        (tmp_path / name).write_bytes(CSS)
        (tmp_path / f"{name}.gz").write_bytes(b"packed by gzip")
        (tmp_path / f"{name}.br").write_bytes(b"by brotli")
    return StaticFilesInMemory(behind, tmp_path, "/static/")


async def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(files: StaticFilesInMemory) -> None:
    """V2"""
    status, headers, body = await request(files, HASHED)
    assert (status, body) == (200, CSS)
    assert headers["cache-control"] == "max-age=315360000, public, immutable"
    assert headers["content-type"] == 'text/css; charset="utf-8"'
    assert headers["content-length"] == str(len(CSS))
    assert headers["x-content-type-options"] == "nosniff"
    _status, headers, _body = await request(files, "/static/base.css")
    assert headers["cache-control"] == "max-age=60, public"


@pytest.mark.parametrize(
    ("accepted", "encoding", "packed"),
    [("gzip, br", "br", b"by brotli"), ("gzip", "gzip", b"packed by gzip")],
)
async def test_it_is_sent_as_small_as_the_browser_can_take(
    files: StaticFilesInMemory, accepted: str, encoding: str, packed: bytes
) -> None:
    for _time in range(2):
        status, headers, body = await request(files, HASHED, accept_encoding=accepted)
        assert status == 200
        assert headers["content-encoding"] == encoding
        assert headers["vary"] == "Accept-Encoding"
        assert headers["content-length"] == str(len(body))
        assert body == packed


async def test_a_browser_that_has_it_gets_no_second_copy(files: StaticFilesInMemory) -> None:
    _status, headers, _body = await request(files, HASHED)
    status, _headers, body = await request(files, HASHED, if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    since = headers["last-modified"]
    assert (await request(files, HASHED, if_modified_since=since))[0] == 304


async def test_a_part_of_it_can_be_asked_for(files: StaticFilesInMemory) -> None:
    status, headers, body = await request(files, HASHED, range="bytes=0-3")
    assert (status, body) == (206, b"body")
    assert headers["content-range"] == f"bytes 0-3/{len(CSS)}"


async def test_its_head_can_be_asked_for(files: StaticFilesInMemory) -> None:
    status, headers, body = await request(files, HASHED, "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(len(CSS))


@pytest.mark.parametrize(
    "path", ["/", "/static/", "/static/none.css", "/static/../secret_key", "/static/base.css.gz"]
)
async def test_everything_else_goes_to_the_application(
    files: StaticFilesInMemory, tmp_path: Path, path: str
) -> None:
    (tmp_path.parent / "secret_key").write_text("secret")
    assert (await request(files, path))[2] == b"application"


async def test_what_another_process_has_collected_since_is_found(
    files: StaticFilesInMemory, tmp_path: Path
) -> None:
    """A new version's pages may be given out by one process and its files asked of another (S1)."""
    late = "/static/js/late.0123456789ab.js"
    assert (await request(files, late))[2] == b"application"
    (tmp_path / "js").mkdir()
    (tmp_path / "js/late.0123456789ab.js").write_bytes(CSS)
    (tmp_path / "js/late.0123456789ab.js.br").write_bytes(b"by brotli")
    status, headers, body = await request(files, late, accept_encoding="br")
    assert (status, body) == (200, b"by brotli")
    assert headers["cache-control"] == "max-age=315360000, public, immutable"
    assert (await request(files, late, "HEAD"))[0] == 200


@pytest.mark.parametrize(
    "name",
    [
        "late.css",  # no hash
        "late.0123456789ab.css.br",
        "late.0123456789AB.css",
        ".late.0123456789ab.css",
        "../late.0123456789ab.css",
        "js/../late.0123456789ab.css",
        "/late.0123456789ab.css",
        "late.0123456789ab.d",
        "n" * 200 + ".0123456789ab.css",
        "n\0.0123456789ab.css",
    ],
)
async def test_nothing_else_that_has_come_since_is(
    files: StaticFilesInMemory, tmp_path: Path, name: str
) -> None:
    for place in (tmp_path, tmp_path.parent):
        for late in ("late.css", "late.0123456789ab.css", "late.0123456789ab.css.br"):
            (place / late).write_bytes(b"late")
    (tmp_path / ".late.0123456789ab.css").write_bytes(b"late")
    (tmp_path / "late.0123456789ab.d").mkdir()
    assert (await request(files, f"/static/{name}"))[2] == b"application"


async def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    files: StaticFilesInMemory, tmp_path: Path
) -> None:
    (tmp_path.parent / "secret_key").write_text("secret")
    (tmp_path / "link.0123456789ab.css").symlink_to(tmp_path.parent / "secret_key")
    assert (await request(files, "/static/link.0123456789ab.css"))[2] == b"application"


async def test_a_part_of_a_file_is_sent_as_asked(files: StaticFilesInMemory) -> None:
    """So pages read the finer base map. It is never a part of the packed file."""
    for accepted in ("identity", "gzip, br"):
        status, headers, body = await request(
            files, HASHED, range="bytes=5-9", accept_encoding=accepted
        )
        assert (status, body) == (206, CSS[5:10])
        assert headers["content-range"] == f"bytes 5-9/{len(CSS)}"
        assert headers["content-length"] == "5"
        assert "content-encoding" not in headers
    status, headers, body = await request(files, HASHED, range="bytes=5-2")
    assert (status, body) == (200, CSS)
    status, headers, body = await request(files, HASHED, range=f"bytes={len(CSS)}-")
    assert (status, headers["content-range"], body) == (416, f"bytes */{len(CSS)}", b"")
