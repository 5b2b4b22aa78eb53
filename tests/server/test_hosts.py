"""Only this server's own names are answered: pages, sockets and files (A3)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mapapp.web.allowed_hosts import asked_for, is_ours
from testkit.server import ServerProcess
from tests.server.raw import Answer, ask, ask_for_head, request, upgrade

PUBLIC = "map.example.org"
LONGEST = ".".join(["a" * 61] * 4) + ".abcde"  # 253 characters


@pytest.fixture(scope="module")
def public_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    env = {"PUBLIC_URL": f"https://{PUBLIC}"}
    with ServerProcess(tmp_path_factory.mktemp("public"), env, static_files=static_files) as server:
        yield server
        server.assert_clean_log()


@pytest.mark.parametrize("host", [PUBLIC, f"{PUBLIC}:443", "localhost:8000", "127.0.0.1", "[::1]"])
async def test_its_own_names_are_answered(public_server: ServerProcess, host: str) -> None:
    assert (await ask(public_server, request("/", host=host))).status == 200
    assert (await ask_for_head(public_server, upgrade(host=host))).status == 101


@pytest.mark.parametrize("host", ["evil.example", f"{PUBLIC}.evil.example", "192.0.2.7", "", "a_b"])
async def test_no_other_name_is(public_server: ServerProcess, host: str) -> None:
    for path in ("/", "/000000", "/000000/qr.svg", "/api/rooms", "/static/x.css", "/admin/"):
        answer = await ask(public_server, request(path, host=host))
        assert answer.status == 400
        assert answer.body == b"This server does not answer under this name.\n"


async def test_a_socket_under_another_name_is_closed_unheard(public_server: ServerProcess) -> None:
    """Also where a page of that name says that it is its own."""
    origin = "Origin: http://evil.example"
    answer = await ask(public_server, upgrade("/ws/000000", origin, host="evil.example"))
    assert answer.status == 101
    assert answer.body == b"\x88\x02" + (4421).to_bytes(2, "big")


async def test_a_name_that_a_client_says_a_proxy_has_forwarded_counts_for_nothing(
    public_server: ServerProcess,
) -> None:
    header = f"X-Forwarded-Host: {PUBLIC}"
    assert (await ask(public_server, request("/", header, host="evil.example"))).status == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.1.2.3:8001", "[fd00::1]", PUBLIC])
async def test_health_is_told_under_any_address(
    public_server: ServerProcess, path: str, host: str
) -> None:
    assert (await ask(public_server, request(path, host=host))).status == 200


async def test_a_check_that_names_no_host_is_told(public_server: ServerProcess) -> None:
    assert (await ask(public_server, b"GET /healthz HTTP/1.0\r\n\r\n")).status == 200
    assert (await ask(public_server, b"GET / HTTP/1.0\r\n\r\n")).status == 400
    assert (await ask(public_server, request("/healthz", host="evil.example"))).status == 400


async def test_https_is_for_good(public_server: ServerProcess, server: ServerProcess) -> None:
    async def said(where: ServerProcess) -> Answer:
        return await ask(where, request("/", host="localhost"))

    assert (await said(public_server)).headers["strict-transport-security"] == "max-age=2592000"
    assert "strict-transport-security" not in (await said(server)).headers


@pytest.mark.parametrize("path", ["/", "/000000/qr.svg", "/static/none.css", "/healthz", "/readyz"])
async def test_no_name_is_longer_than_names_can_be(server: ServerProcess, path: str) -> None:
    """Where every name is answered, too."""
    assert (await ask(server, request(path, host=f"{LONGEST}:65535"))).status != 400
    for host in (f"a{LONGEST}", f"{LONGEST}:655350", "a" * 2200, f"[{'a:' * 130}]"):
        assert (await ask(server, request(path, host=host))).status == 400
    answer = await ask(server, upgrade(host="a" * 254))
    assert answer.body == b"\x88\x02" + (4421).to_bytes(2, "big")


def test_behind_a_proxy_its_word_counts(settings: Any) -> None:
    settings.USE_X_FORWARDED_HOST = True
    headers = [(b"host", b"10.0.0.1"), (b"x-forwarded-host", b"map.example.org")]
    assert asked_for({"headers": headers}) == "map.example.org"
    assert asked_for({"headers": headers[:1]}) == "10.0.0.1"
    assert asked_for({"headers": headers + headers[1:]}) == "map.example.org,map.example.org"


def test_several_names_are_none(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert is_ours("a.example", "/")
    assert not is_ours("a.example,b.example", "/")
    assert is_ours("", "/")
    settings.ALLOWED_HOSTS = ["a.example"]
    assert not is_ours("", "/")
