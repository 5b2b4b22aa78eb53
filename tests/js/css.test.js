/** A rule for the style sheets that old browsers need and no linter checks. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../static/mapapp/css/", import.meta.url);
const YOUNG_UNITS = /\b([\d.]+)(d|s|l)v(h|w|b|i|min|max)\b/g;

/** Declarations in a young unit of the viewport without the same in the old one right above. */
function withoutFallback(css) {
  const lines = css.split("\n").map((line) => line.trim());
  return lines.filter((line, i) => {
    const old = line.replace(YOUNG_UNITS, "$1v$3");
    return old !== line && lines[i - 1] !== old;
  });
}

test("a length in dvh, svh or lvh has one in vh above it, for browsers that know no other", () => {
  for (const file of readdirSync(FOLDER, { recursive: true })) {
    if (!file.endsWith(".css")) continue;
    assert.deepEqual(withoutFallback(readFileSync(new URL(file, FOLDER), "utf8")), [], file);
  }
});

test("a length without that is noticed", () => {
  assert.deepEqual(withoutFallback("a {\n  height: 62vh;\n  height: 62dvh;\n}"), []);
  assert.deepEqual(withoutFallback("a {\n  height: 60vh;\n  height: 62dvh;\n}"), ["height: 62dvh;"]);
});
