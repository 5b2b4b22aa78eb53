"""A page that asks for a part of its own later, in a real browser: as in DEBUG, and joined."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from playwright.sync_api import Browser

from mapapp.assets.static_storage import HashedStaticFiles

pytestmark = pytest.mark.browser

FILES = {
    "pages/results.js": """\
import { count, seen } from "../room/counter.js";
count();
const parts = await Promise.all([import("../features/panel.js"), import("../features/panel.js")]);
const again = await import("../room/counter.js");
again.count();
const inner = await parts[0].deeper();
const said = [...parts.map((part) => part.show()), parts[0] === parts[1], seen(), inner.said()];
document.title = said.join(" ");
""",
    "room/counter.js": """\
let number = 0;
export function count() {
  number += 1;
}
export const seen = () => number;
""",
    "features/panel.js": """\
import { count, seen } from "../room/counter.js";
import { word } from "./words.js";
count();
export function show() {
  return `${word}${seen()}`;
}
export const deeper = () => import("../room/deep/inner.js");
""",
    "room/deep/inner.js": """\
import { word } from "../../features/words.js";
import { seen } from "../counter.js";
export const said = () => `${word} within ${seen()}`;
""",
    "features/words.js": 'export const word = "panel";\n',
}


@pytest.fixture(params=["in debug", "joined"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A page with that script, from a plain server of files."""
    folder = tmp_path / "sources"
    names = []
    for name, text in FILES.items():
        path = folder / "mapapp/js" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        names.append(f"mapapp/js/{name}")
    served, script = folder, "mapapp/js/pages/results.js"
    if request.param == "joined":
        served = tmp_path / "served"
        shutil.copytree(folder, served)
        storage = HashedStaticFiles(location=str(served), base_url="/static/")
        sources = FileSystemStorage(folder)
        for name, _, outcome in storage.post_process({name: (sources, name) for name in names}):
            assert not isinstance(outcome, Exception), name
        script = storage.hashed_files[script]
        assert not (served / "mapapp/js/features/words.js").exists()
    (served / "index.html").write_text(f'<script type="module" src="/{script}"></script>')
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_part_that_comes_later_shares_the_pages_modules(browser: Browser, address: str) -> None:
    """Each module is there once, for the page and for its parts; so is each part."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("document.title", timeout=30_000)
    assert errors == []
    assert page.title() == "panel3 panel3 true 3 panel within 3"
    page.close()
