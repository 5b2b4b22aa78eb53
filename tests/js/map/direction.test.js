import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf } from "../../../static/mapapp/js/map/labels/direction.js";

test("a text runs as its first letter does, whatever stands before that", () => {
  assert.equal(directionOf("القاهرة"), "rtl");
  assert.equal(directionOf("תל אביב"), "rtl");
  assert.equal(directionOf("3. – תל אביב (Tel Aviv)"), "rtl");
  assert.equal(directionOf("Kairo, القاهرة"), "ltr");
  assert.equal(directionOf("東京"), "ltr");
});

test("a text without a letter runs from left to right", () => {
  assert.equal(directionOf("🎉 42!"), "ltr");
  assert.equal(directionOf(""), "ltr");
});
