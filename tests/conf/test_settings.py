"""What the environment makes of the settings, each in a process of its own."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mapapp.conf.content_security import tile_sources
from mapapp.conf.secret_key import kept_secret_key
from mapapp.conf.workers import usable_cores
from mapapp.web import context_processors
from tests.languages import bring_catalogue

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, *command: str, **env: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path), **env},
        capture_output=True,
        text=True,
        timeout=30,
    )


def settings_of(tmp_path: Path, **env: str) -> dict[str, Any]:
    """The settings that JSON can hold, as a server with this environment has them."""
    script = (
        "import json; from mapapp import settings; "
        "print(json.dumps({k: v for k, v in vars(settings).items() if k.isupper()}, default=str))"
    )
    done = start(tmp_path, "-c", script, **env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["*"]
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "livemap.sqlite3")
    assert "InMemory" in settings["CHANNEL_LAYERS"]["default"]["BACKEND"]


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = settings_of(tmp_path)["SECRET_KEY"]
    assert len(first) >= 50
    assert settings_of(tmp_path)["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(kept_secret_key, [tmp_path / "key"] * 64))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_ROOMS", "many"),
        ("ROOM_CREATION", "friends"),
        ("PUBLIC_URL", "map.example.org"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "sentinel://127.0.0.1"),
        ("REDIS_URL", "sentinel://127.0.0.1:port/mymaster"),
        ("LANGUAGE_CODE", "de"),
        ("HELLO_SECONDS", "nan"),
        ("DEBUG", "maybe"),
        ("WORKERS", "many"),
        ("WORKERS", "0"),
        ("WORKERS", "-2"),
        ("WORKERS", "65"),
        ("WORKERS", "1.5"),
    ],
)
def test_a_bad_setting_is_one_sentence_and_exit_1(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, "manage.py", "check", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {name} is ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("secret", ["a", "a" * 50, "hunter2 hunter2 hunter2 hunter", "x" * 31])
@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
def test_a_secret_that_can_be_guessed_is_refused_without_showing_it(
    tmp_path: Path, name: str, secret: str
) -> None:
    """A1: whoever knows it can be anybody."""
    done = start(tmp_path, "manage.py", "check", **{name: secret})
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {name} is too easy to guess: ")
    assert "at least 32 characters" in done.stderr
    assert len(secret) == 1 or secret not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_secret_key_file_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    done = start(tmp_path, "manage.py", "check")
    assert done.returncode == 1
    assert str(tmp_path / "secret_key") in done.stderr
    assert done.stderr.count("\n") == 1


def test_earlier_secrets_are_a_list(tmp_path: Path) -> None:
    first, second = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    settings = settings_of(tmp_path, SECRET_KEY_FALLBACKS=f"{first}, {second}")
    assert settings["SECRET_KEY_FALLBACKS"] == [first, second]


@pytest.mark.parametrize(
    "url", ["mysql://me:hunter2@host/name", "postgresql://me:hunter2@host:port/name", "sqlite://"]
)
def test_a_bad_database_address_is_refused_without_showing_the_password(
    tmp_path: Path, url: str
) -> None:
    done = start(tmp_path, "manage.py", "check", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("error: DATABASE_URL is ")
    assert "hunter2" not in done.stderr


def test_a_public_address_is_answered_and_no_other(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, PUBLIC_URL="https://map.example.org/")
    assert settings["ALLOWED_HOSTS"] == ["map.example.org", "localhost", "127.0.0.1", "[::1]"]
    policy = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["connect-src"] == ["'self'", "wss://map.example.org"]


def test_workers_are_one_by_default_a_number_or_one_for_each_core(tmp_path: Path) -> None:
    assert settings_of(tmp_path)["WORKERS"] == 1
    assert settings_of(tmp_path, WORKERS="3")["WORKERS"] == 3
    assert settings_of(tmp_path, WORKERS="auto")["WORKERS"] == min(usable_cores(), 64)


def test_workers_talk_by_redis_where_there_is_one_and_else_by_their_broker(tmp_path: Path) -> None:
    broker = {"LIVEMAP_BROKER": "/tmp/socket", "LIVEMAP_WORKER": "2"}
    alone = settings_of(tmp_path)
    worker = settings_of(tmp_path, **broker)
    both = settings_of(tmp_path, REDIS_URL="redis://127.0.0.1:6379/1", **broker)
    found = [one["CHANNEL_LAYERS"]["default"]["BACKEND"] for one in (alone, worker, both)]
    assert [backend.rpartition(".")[2] for backend in found] == [
        "InMemoryChannelLayer",
        "UnixSocketChannelLayer",
        "RedisPubSubChannelLayer",
    ]
    assert [one["ALONE"] for one in (alone, worker, both)] == [True, False, False]
    assert "worker 2 " in worker["LOGGING"]["formatters"]["line"]["format"]


def test_redis_that_hangs_is_noticed(tmp_path: Path) -> None:
    layer = settings_of(tmp_path, REDIS_URL="redis://127.0.0.1:6379/1")["CHANNEL_LAYERS"]["default"]
    host = layer["CONFIG"]["hosts"][0]
    assert host["address"] == "redis://127.0.0.1:6379/1"
    assert 0 < host["socket_timeout"] <= 10
    assert 0 < host["socket_connect_timeout"] <= 10
    assert host["socket_keepalive"] is True


def test_redis_sentinel_is_asked_who_the_master_is(tmp_path: Path) -> None:
    url = "sentinel://:p%40ss@one:26380,two,[::1]:26381/my.master-1/3"
    layer = settings_of(tmp_path, REDIS_URL=url)["CHANNEL_LAYERS"]["default"]
    host = layer["CONFIG"]["hosts"][0]
    assert host["master_name"] == "my.master-1"
    assert host["sentinels"] == [["one", 26380], ["two", 26379], ["::1", 26381]]
    assert (host["db"], host["password"]) == (3, "p@ss")
    for patience in (host, host["sentinel_kwargs"]):
        assert 0 < patience["socket_timeout"] <= 10
        assert 0 < patience["socket_connect_timeout"] <= 10


def test_a_language_is_one_that_there_is_a_translation_into(tmp_path: Path) -> None:
    """No page says that it is in a language in which it is not."""
    assert settings_of(tmp_path)["LANGUAGE_CODE"] == "en"
    bring_catalogue(tmp_path, "pt_BR")
    assert settings_of(tmp_path, LANGUAGE_CODE="pt-BR")["LANGUAGE_CODE"] == "pt-br"


def test_tiles_can_be_switched_off(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, TILE_URL="", LEAFLET_CDN="")
    assert settings["TILE_ATTRIBUTION"] == ""
    assert settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:"]
    assert settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["script-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("tile_url", "sources"),
    [
        ("", []),
        ("/tiles/{z}/{x}/{y}.png", []),
        ("https://tile.example.org/{z}/{x}/{y}.png", ["https://tile.example.org"]),
        (
            "https://{s}.tile.example.org:81/{z}",
            [f"https://{letter}.tile.example.org:81" for letter in "abc"],
        ),
    ],
)
def test_the_policy_names_the_tile_hosts(tile_url: str, sources: list[str]) -> None:
    assert tile_sources(tile_url) == sources


@pytest.mark.parametrize(
    ("name", "integrity"),
    [
        ("leaflet.js", context_processors.LEAFLET_JS_INTEGRITY),
        ("leaflet.css", context_processors.LEAFLET_CSS_INTEGRITY),
    ],
)
def test_the_integrity_hashes_are_those_of_our_own_copy_of_leaflet(
    name: str, integrity: str
) -> None:
    copy = ROOT / "node_modules" / "leaflet" / "dist" / name
    if not copy.exists():
        pytest.skip("no npm client: there is no local copy of Leaflet")
    digest = hashlib.sha256(copy.read_bytes()).digest()
    assert integrity == f"sha256-{base64.b64encode(digest).decode()}"
