"""Two versions at once, while processes are replaced one after another (S1, V2)."""

import re
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from testkit.server import ServerProcess
from testkit.services import ROOT, RedisServer
from tests.conftest import StartServer

TREE = ("mapapp", "consumers", "templates", "static")
SCRIPT = re.compile(r"/static/mapapp/js/pages/audience\.[0-9a-f]{12}\.js")


class NextVersion(ServerProcess):
    """The same server from a tree of its own."""

    tree: Path

    def start(self, deadline: float = 120) -> None:
        super().start(deadline)  # it packs its files first

    def spawn(self) -> None:
        command = [sys.executable, "manage.py", "serve"]
        self.process.spawn(command, cwd=self.tree, env=self.env)


def next_version(folder: Path) -> Path:
    """A copy of this project with another script for phones."""
    folder.mkdir()
    for name in TREE:
        shutil.copytree(ROOT / name, folder / name)
    for name in ("manage.py", "routing.py"):
        shutil.copy(ROOT / name, folder / name)
    with (folder / "static/mapapp/js/pages/audience.js").open("a") as script:
        script.write("\nwindow.nextVersion = true;\n")
    return folder


@pytest.mark.timeout(240)
async def test_the_pages_of_either_version_find_their_scripts_at_either_process(
    start_server: StartServer,
    static_files: Path,
    redis_server: RedisServer,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(static_files, data / "staticfiles")
    env = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_server.url, "DATA_DIR": str(data)}
    old = start_server(env)
    async with httpx.AsyncClient(timeout=20) as http:
        room = (await http.post(f"{old.url}/api/rooms", json={})).json()["code"]

        async def script(server: ServerProcess) -> str:
            page = await http.get(f"{server.url}/{room}")
            found = SCRIPT.search(page.text)
            assert found, page.text
            return found.group()

        old_script = await script(old)
        new = NextVersion(tmp_path / "new", {**env, "SECRET_KEY": old.env["SECRET_KEY"]})
        new.tree = next_version(tmp_path / "tree")
        with new:
            new_script = await script(new)
            assert new_script != old_script
            for server in (old, new):
                assert (await http.get(server.url + old_script)).status_code == 200
                answer = await http.get(server.url + new_script)
                assert answer.status_code == 200
                assert "nextVersion" in answer.text
            new.assert_clean_log()
    old.assert_clean_log()
