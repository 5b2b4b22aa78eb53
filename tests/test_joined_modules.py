"""The modules of a page, joined into one file."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mapapp.joined_modules import NotJoined, join

PAGE = """\
/** What it is for. */
import { double, Counter as C } from "./parts/sums.js";
import {
  greeting,
} from "./parts/words.js"; // why
// A line.
const url = "http://example.org"; /* not a line of its own */
const counter = new C();
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
FILES = {"js/page.js": PAGE, "js/parts/sums.js": SUMS, "js/parts/words.js": WORDS}


def joined(**others: str) -> str:
    files = FILES | {f"js/{name}.js": text for name, text in others.items()}
    return join("js/page.js", files.__getitem__)


def test_it_does_what_the_modules_do() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    command = [node, "--input-type=module", "--eval", joined()]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout == "once\nhello http://example.org 13 /* of the page */\n"


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
    ],
)
def test_what_cannot_be_joined_is_an_error_and_no_broken_page(page: str, complaint: str) -> None:
    with pytest.raises(NotJoined, match=complaint.replace("*", r"\*").replace(".", r"\.")):
        joined(page=page)
