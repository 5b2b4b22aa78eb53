"""Parts of the street map by HTTP ranges: true to RFC 9110, and never much at once."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mapapp.streets import served as served_module
from mapapp.streets.served import MOST_BYTES, StreetsServed, with_streets
from mapapp.streets.street_file import StreetFile, find_street_file
from testkit.asgi import request
from testkit.street_maps import write_pictures

PATH = "/streets.pmtiles"


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """The application that the map is in front of."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"application"})


@pytest.fixture
def street_file(tmp_path: Path) -> Iterator[StreetFile]:
    write_pictures(tmp_path / "streets.pmtiles", (1, 2, 3))
    found = find_street_file(tmp_path)
    assert found is not None
    yield found
    found.close()


@pytest.fixture
def content(street_file: StreetFile, tmp_path: Path) -> bytes:
    return (tmp_path / street_file.name).read_bytes()


@pytest.fixture
def served(street_file: StreetFile) -> StreetsServed:
    return StreetsServed(behind, street_file)


async def get(application: Any, path: str = PATH, **more: str) -> tuple[int, dict[str, str], bytes]:
    return await request(application, path, **more)


async def test_a_part_is_sent_as_asked(served: StreetsServed, content: bytes) -> None:
    status, headers, body = await get(served, range="bytes=7-126")
    assert (status, body) == (206, content[7:127])
    assert headers["content-range"] == f"bytes 7-126/{len(content)}"
    assert headers["content-length"] == "120"
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-type"] == "application/vnd.pmtiles"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"].startswith('"')


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-999999999999", 0, None),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=-999999999", 0, None),
    ],
)
async def test_ranges_of_all_forms(
    served: StreetsServed, content: bytes, asked: str, first: int, end: int | None
) -> None:
    status, _headers, body = await get(served, range=asked)
    assert (status, body) == (206, content[first:end])


@pytest.mark.parametrize("asked", ["bytes={size}-", "bytes={size}-{size}", "bytes=-0"])
async def test_a_part_behind_the_end_is_none(
    served: StreetsServed, content: bytes, asked: str
) -> None:
    status, headers, body = await get(served, range=asked.format(size=len(content)))
    assert (status, body) == (416, b"")
    assert headers["content-range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b",
              "bytes=٣-٤", f"bytes={'9' * 5_000}-"],
)  # fmt: skip
async def test_what_is_no_single_range_counts_as_none(
    served: StreetsServed, content: bytes, asked: str
) -> None:
    status, headers, body = await get(served, range=asked)
    assert (status, body) == (200, content)
    assert "content-range" not in headers


async def test_never_more_than_a_bounded_part_is_read(
    street_file: StreetFile, served: StreetsServed, tmp_path: Path
) -> None:
    """A map of gigabytes costs no memory, whatever is asked for (A3)."""
    size = 40_000_000_000
    with (tmp_path / street_file.name).open("r+b") as file:
        file.truncate(size)  # a hole, which takes no space on the disk
    status, headers, body = await get(served, range="bytes=0-")
    assert (status, len(body)) == (206, MOST_BYTES)
    assert headers["content-range"] == f"bytes 0-{MOST_BYTES - 1}/{size}"
    status, headers, body = await get(served)
    assert status == 400
    assert b"Range" in body
    status, headers, body = await get(served, method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(size), b"")
    status, headers, body = await get(served, range="bytes=39999999990-")
    assert (status, body) == (206, b"\0" * 10)


async def test_it_is_kept_for_as_long_as_its_address_names_its_version(
    served: StreetsServed,
) -> None:
    _status, headers, _body = await get(served, range="bytes=0-9")
    assert headers["cache-control"] == "public, no-cache"
    tag = headers["etag"]
    version = tag.strip('"')
    _status, headers, _body = await get(served, range="bytes=0-9", query=f"v={version}&from=0")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    status, headers, body = await get(served, range="bytes=0-9", if_none_match=tag)
    assert (status, body, headers["etag"]) == (304, b"", tag)


async def test_a_changed_file_is_another_version(
    street_file: StreetFile, served: StreetsServed, content: bytes, tmp_path: Path
) -> None:
    _status, headers, _body = await get(served, range="bytes=0-9")
    old = headers["etag"]
    (tmp_path / street_file.name).write_bytes(content + b"more")
    status, headers, body = await get(served, range="bytes=0-9", if_range=old)
    assert status == 200, "a part of another file would be no part"
    assert headers["etag"] != old
    assert body == content + b"more"


def test_copies_of_one_file_are_one_version(street_file: StreetFile, tmp_path: Path) -> None:
    """Processes on two machines, each with a copy of its own, serve the same people."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "copy.pmtiles").write_bytes((tmp_path / street_file.name).read_bytes())
    os.utime(folder / "copy.pmtiles", (0, 0))
    copy = find_street_file(folder)
    assert copy is not None
    assert copy.size_and_tag() == street_file.size_and_tag()
    copy.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_it_is_read_only(served: StreetsServed, method: str) -> None:
    status, headers, _body = await get(served, method=method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path", ["/streets.pmtiles/", "/streets.pmtiles/../secret_key", "/Streets.pmtiles", "/"]
)
async def test_every_other_path_is_the_applications(served: StreetsServed, path: str) -> None:
    status, _headers, body = await get(served, path)
    assert (status, body) == (418, b"application")


def test_without_a_map_nothing_is_in_front_of_the_application() -> None:
    assert with_streets(behind, None) is behind


async def test_what_everybody_asks_for_is_read_once_and_little_is_kept(
    street_file: StreetFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_module, "_KEPT_TOTAL", 3_000)
    served = StreetsServed(behind, street_file)
    reads: list[int] = []
    read = StreetFile.read

    def noted(self: StreetFile, offset: int, length: int) -> bytes:
        reads.append(offset)
        return read(self, offset, length)

    monkeypatch.setattr(StreetFile, "read", noted)
    content = (tmp_path / street_file.name).read_bytes()
    for first in (0, 1_000, 2_000, 0, 3_000, 0, 1_000):
        status, _headers, body = await get(served, range=f"bytes={first}-{first + 999}")
        assert (status, body) == (206, content[first : first + 1_000])
    # The last one had made way for 3,000, because 0 had been asked for since.
    assert reads == [0, 1_000, 2_000, 3_000, 1_000]
    (tmp_path / street_file.name).write_bytes(b"x" * len(content))
    _status, _headers, body = await get(served, range="bytes=0-999")
    assert body == b"x" * 1_000, "a changed file is read again"
