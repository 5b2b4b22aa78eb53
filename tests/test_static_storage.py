"""Static files as they are collected: our modules are served without their comments."""

import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from mapapp.static_storage import HashedStaticFiles

MODULE = """\
/**
 * What it is for.
 */
import { b } from "./b.js"; // why
// A line.
const url = "http://example.org"; /* not a line of its own */
/** @type {number} */ let c = b; /** @type {string} */
  /* indented */
export const text = `/* ${c} */`;
"""
SERVED = """\



import { b } from "./b.HASH.js"; // why

const url = "http://example.org"; /* not a line of its own */
/** @type {number} */ let c = b; /** @type {string} */

export const text = `/* ${c} */`;
"""


def test_comments_are_left_out_and_every_line_keeps_its_number(tmp_path: Path) -> None:
    """A phone downloads no comments (V2)."""
    sources = FileSystemStorage(tmp_path / "sources")
    folder = tmp_path / "sources" / "mapapp" / "js"
    folder.mkdir(parents=True)
    (folder / "a.js").write_text(MODULE)
    (folder / "b.js").write_text("export const b = 1;\n")
    shutil.copytree(tmp_path / "sources", tmp_path / "served")
    storage = HashedStaticFiles(location=str(tmp_path / "served"), base_url="/static/")
    names = ["mapapp/js/a.js", "mapapp/js/b.js"]

    for name, _, outcome in storage.post_process({name: (sources, name) for name in names}):
        assert not isinstance(outcome, Exception), name

    served = {name: storage.hashed_files[storage.hash_key(name)] for name in names}
    text = (tmp_path / "served" / served["mapapp/js/a.js"]).read_text()
    hashed = served["mapapp/js/b.js"].removeprefix("mapapp/js/b.").removesuffix(".js")
    assert text == SERVED.replace("HASH", hashed)
