"""The modules of a page, joined into one file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mapapp.assets.joined_modules import NotJoined, join
from tests.conftest import leave_out

PAGE = """\
/** What it is for. */
import { double, Counter as C } from "./parts/sums.js";
import {
  greeting,
} from "./parts/words.js"; // why
// A line.
const url = "http://example.org"; /* not a line of its own */
const counter = new C(); // nothing of import("./here.js")
counter.add(double(await Promise.resolve(4)));
console.log(greeting, url, counter.sum, `/* ${hidden()} */`);
function hidden() {
  return "of the page";
}
"""
SUMS = """\
import { greeting } from "./words.js";

/**
 * Twice as much.
 */
export function double(n) {
  return hidden() * n;
}
export class Counter {
  sum = greeting.length;
  add(n) {
    this.sum += n;
  }
}
function hidden() {
  return 2;
}
"""
WORDS = """\
export const greeting = "hello";
export async function never() {}
console.log("once");
"""
DASH = """\
export const dash = "-", unheard = 1;
export const later = async (
  /** @type {import("./words.js").Word} */ word,
) => {
  await word;
};
"""
FILES = {"js/page.js": PAGE, "js/parts/sums.js": SUMS, "js/parts/words.js": WORDS}


def joined(**others: str) -> str:
    files = FILES | {f"js/{name}.js": text for name, text in others.items()}
    return join("js/page.js", files.__getitem__)


@pytest.fixture
def node() -> str:
    return shutil.which("node") or leave_out("node is not installed")


def said_by(node: str, text: str) -> str:
    command = [node, "--input-type=module", "--eval", text]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def test_it_does_what_the_modules_do(node: str) -> None:
    assert said_by(node, joined()) == "once\nhello http://example.org 13 /* of the page */"


def test_two_modules_may_have_names_that_differ_by_a_sign_only(node: str) -> None:
    page = """\
import { dash } from "./a-b.js";
import { $line } from "./a_b.js";
console.log(dash, $line);
"""
    others = {"a-b": DASH, "a_b": 'export const $line = "_";\n'}
    assert said_by(node, joined(page=page, **others)) == "- _"


def test_each_page_that_is_served_is_a_module_without_errors(
    node: str, static_files: Path, tmp_path: Path
) -> None:
    """As collected; nothing here runs it."""
    names = json.loads((static_files / "staticfiles.json").read_text())["paths"]
    pages = [served for name, served in names.items() if name.startswith("mapapp/js/")]
    assert len(pages) == 5
    for served in pages:
        module = tmp_path / f"{Path(served).stem}.mjs"  # so that node takes it for one
        shutil.copy(static_files / served, module)
        checked = subprocess.run(
            [node, "--check", module], capture_output=True, text=True, check=False, timeout=60
        )
        assert checked.returncode == 0, f"{served}: {checked.stderr}"


def test_lines_of_comment_are_left_out() -> None:
    """A phone downloads no comments (V2)."""
    text = joined()
    assert "Twice" not in text
    assert "A line." not in text
    assert "/* not a line of its own */" in text
    assert "\n\n" not in text


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ('import { a } from "./page.js";', "js/page.js → js/page.js: imports in a circle"),
        ('import * as sums from "./parts/sums.js";', "import * as sums"),
        ('import "./parts/sums.js";', 'import "./parts/sums.js"'),
        ("export let count = 0;", "export let count"),
        ("export default class {}", "export default"),
        ('export { a } from "./parts/sums.js";', "export { a }"),
        ('import { a } from "library";', "library"),
        ('if (a) {\n  import { greeting } from "./parts/words.js";\n}', "import { greeting }"),
        # A name that is not exported, or not in a way that is seen.
        ('import { greeting, nothing } from "./parts/words.js";', "exports nothing"),
        ('import { unheard as heard } from "./dash.js";', "exports unheard as heard"),
        # What would be looked for beside the joined file.
        ('async function a() {\n  await import("./parts/sums.js");\n}', 'await import("./parts'),
        ('const a = () => import(\n  "./parts/sums.js");', "./parts/sums.js"),
        ('new URL("a.svg", import.meta.url);', "import.meta"),
        # In a template every line counts.
        ("const a = `\n\n// b\n`;", "const a = `"),
        # A function waits for itself only.
        ('import { a } from "./waits.js";', "const a = await 1"),
        ('import { a } from "./waits_within.js";', "a = await 1"),
    ],
)
def test_what_cannot_be_joined_is_an_error_and_no_broken_page(page: str, complaint: str) -> None:
    waits = {
        "waits": "export async function b() {}\nexport const a = await 1;\n",
        "waits_within": "async function b() {}\nif (b) {\n  a = await 1;\n}\nexport const a = 1;\n",
    }
    with pytest.raises(NotJoined, match=re.escape(complaint)):
        joined(page=page, dash=DASH, **waits)
