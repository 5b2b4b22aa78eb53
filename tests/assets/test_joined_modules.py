"""The modules of a page, joined into one file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mapapp.assets.joined_modules import NotJoined, join
from testkit.services import ROOT
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
    return join("js/page.js", files.__getitem__).text


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
    scripts = {name: served for name, served in names.items() if name.startswith("mapapp/js/")}
    pages = {
        f"mapapp/js/pages/{page.name}" for page in (ROOT / "static/mapapp/js/pages").glob("*.js")
    }
    # And their later parts.
    assert pages < scripts.keys()
    for served in scripts.values():
        module = tmp_path / f"{Path(served).stem}.mjs"  # so that node takes it for one
        shutil.copy(static_files / served, module)
        checked = subprocess.run(
            [node, "--check", module], capture_output=True, text=True, check=False, timeout=60
        )
        assert checked.returncode == 0, f"{served}: {checked.stderr}"


LATER = """\
import { greeting } from "./parts/words.js";
import { Counter } from "./parts/sums.js";
const counter = new Counter();
console.log(greeting); // not import("./nowhere.js")
const [one, other] = await Promise.all([import("./panel.js"), import("./panel.js")]);
console.log(one === other, one.add(counter), (await import("./parts/words.js")).greeting);
"""
PANEL = """\
import { double } from "./parts/sums.js";
import { greeting } from "./parts/words.js";
import { dash } from "./dash.js";
console.log("panel", greeting, dash);
export function add(counter) {
  counter.add(double(1));
  return counter.sum;
}
"""


def test_what_a_page_asks_for_later_is_a_file_that_shares_the_pages_modules(
    node: str, tmp_path: Path
) -> None:
    """As the modules themselves: each is there once, and so is each part."""
    sources = {**FILES, "js/page.js": LATER, "js/panel.js": PANEL, "js/dash.js": DASH}
    for name, text in sources.items():
        path = tmp_path / "apart" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    page = join("js/page.js", sources.__getitem__)
    assert list(page.later) == ["panel.js"]
    assert "// js/dash.js" in page.later["panel.js"]
    assert "// js/parts" not in page.later["panel.js"]
    joined = tmp_path / "joined" / "page.js"
    (joined.parent / "page").mkdir(parents=True)
    joined.write_text(page.text)
    (joined.parent / "page/panel.js").write_text(page.later["panel.js"])
    (tmp_path / "package.json").write_text('{"type": "module"}')
    said = [
        subprocess.run([node, path], capture_output=True, text=True, check=True, timeout=60).stdout
        for path in (tmp_path / "apart/js/page.js", joined)
    ]
    assert said[0] == said[1] == "once\nhello\npanel hello -\ntrue 7 hello\n"


NESTING = """\
import { Counter } from "./parts/sums.js";
import { dash } from "./dash.js";
console.log("nesting", dash);
const inner = () => import("./deep/inner.js");
export const more = async () => [await inner(), await import("./dash.js"), Counter];
"""
INNER = """\
import { dash } from "../dash.js";
import { double } from "../parts/sums.js";
import { greeting } from "../parts/words.js";
export const said = [dash, double(2), greeting].join(" ");
"""


def test_a_later_part_may_ask_for_another(node: str, tmp_path: Path) -> None:
    """It is handed what the page has through the part that asks."""
    page = """\
import { Counter } from "./parts/sums.js";
const { more } = await import("./far/nesting.js");
const [inner, dash, counter] = await more();
console.log(inner.said, dash.dash, counter === Counter);
"""
    sources = {
        **FILES,
        "js/page.js": page,
        "js/far/nesting.js": NESTING.replace('"./', '"../').replace("../deep", "./deep"),
        "js/far/deep/inner.js": INNER.replace('"../', '"../../'),
        "js/dash.js": DASH,
    }
    joined = join("js/page.js", sources.__getitem__)
    assert joined.later.keys() == {"far/nesting.js", "far/deep/inner.js"}
    assert "// js/dash.js" in joined.later["far/nesting.js"]
    assert "// js/dash.js" not in joined.later["far/deep/inner.js"]
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name, text in {
        "page.js": joined.text,
        **{f"page/{n}": t for n, t in joined.later.items()},
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        [node, tmp_path / "page.js"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert said == "once\nnesting -\n- 4 hello - true\n"


@pytest.mark.parametrize(
    ("others", "complaint"),
    [
        (
            {"panel": 'import { a } from "./page.js";'},
            "js/panel.js → js/page.js: imports in a circle",
        ),
        (
            {
                "panel": 'import { dash } from "./dash.js";',
                "other": 'import { dash } from "./dash.js";',
            },
            "js/dash.js: in js/panel.js and js/other.js, so the page must have it",
        ),
        ({"panel": "const a = await 1;"}, "const a = await 1"),
        ({"panel": "", "other": 'import("./page.js");'}, "asks for its own page"),
    ],
)
def test_a_later_part_that_would_be_another_page_is_an_error(
    others: dict[str, str], complaint: str
) -> None:
    page = 'import("./panel.js");\nimport("./other.js");\n'
    with pytest.raises(NotJoined, match=re.escape(complaint)):
        joined(**{"page": page, "dash": DASH, "other": "", **others})


def test_a_page_does_not_ask_for_itself() -> None:
    with pytest.raises(NotJoined, match="asks for its own page"):
        joined(page='import("./page.js");')


def test_lines_of_comment_are_left_out() -> None:
    """A phone downloads no comments (V2)."""
    text = joined()
    assert "Twice" not in text
    assert "A line." not in text
    assert "/* not a line of its own */" in text
    assert "\n\n" not in text
    assert "\n " not in text


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
        ("async function a() {\n  await import('./parts/sums.js');\n}", "await import('./parts"),
        ("const a = () => import(`./${name}.js`);", "import(`./"),
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
