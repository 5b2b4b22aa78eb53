/** The contract of the kinds of activity on a page. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";

import { noActivity } from "../../../static/mapapp/js/room/activity.js";
import { kindOf } from "../../../static/mapapp/js/room/kinds/kinds.js";

const folder = new URL("../../../static/mapapp/js/room/kinds/", import.meta.url);
const names = readdirSync(folder)
  .map((file) => file.replace(".js", ""))
  .filter((name) => name !== "kinds");
const of = (/** @type {any} */ kind) => kindOf({ ...noActivity(), kind });
const settings = { markers_each: 2, anyone_adds: true };

test("each file is the kind of its name, and has words for what to do", () => {
  const unknown = of("a kind of tomorrow");
  for (const name of names) {
    const kind = of(name);
    assert.notEqual(kind, unknown, name);
    for (const markers of [0, 3]) {
      for (const placed of [0, 1, 2]) {
        const left = kind.left(settings, { isHost: false, placed });
        assert.ok(left >= 0);
        assert.notEqual(kind.hint(left, markers, settings), "");
        if (left > 0) assert.ok(kind.usesPlaces(left, markers), "one more can be placed");
      }
    }
  }
});

test("a kind that is newer than the page offers nothing that the server may refuse", () => {
  const kind = of("a kind of tomorrow");
  assert.equal(kind.left(settings, { isHost: true, placed: 0 }), 0);
  assert.equal(kind.usesPlaces(0, 5), false);
  assert.equal(kind.hint(0, 5, settings), "");
});
