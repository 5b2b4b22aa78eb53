import assert from "node:assert/strict";
import { test } from "node:test";
import { closeCode } from "../../../static/mapapp/js/protocol/closeCodes.js";
import { KNOWN_CODES, refusal, sentenceFor } from "../../../static/mapapp/js/protocol/sentences.js";
import { CLOSE_CODES } from "../../../static/mapapp/js/protocol/serverCodes.js";
import { closeCodeTable, refusalCodes } from "../support/contract.js";

test("the table of close codes is the contract's", () => {
  const ours = Object.entries(CLOSE_CODES).map(([code, { name, action }]) => {
    return { code: Number(code), name, action };
  });
  assert.deepEqual(ours, closeCodeTable());
});

test("a line that breaks without a word is tried again", () => {
  for (const code of [1001, 1005, 1006, 1015, 4999]) {
    assert.deepEqual(closeCode(code), { name: "lost", action: "retry" });
  }
});

test("a goodbye counts even if the close itself was lost on the way", () => {
  assert.equal(closeCode(1006, "closed").action, "stop");
  assert.equal(closeCode(4410, "restart").name, "closed");
});

test("every code has a sentence for people", () => {
  const codes = [...refusalCodes(), ...closeCodeTable().map(({ name }) => name)];
  assert.ok(codes.length > 30);
  assert.deepEqual(codes.filter((code) => !KNOWN_CODES.includes(code)), []);
  for (const code of KNOWN_CODES) assert.match(sentenceFor(code), /^[A-Z].*[.…]$/);
});

test("somebody who holds a marker is called by name", () => {
  assert.deepEqual(refusal("held", { message: "x", by: 1, name: "Red Fox" }), {
    ...{ ok: false, code: "held", message: "Red Fox is moving this marker right now." },
    ...{ by: 1, name: "Red Fox" },
  });
});

test("a code that is newer than this page brings its own sentence", () => {
  assert.equal(sentenceFor("moon_phase", { message: "Not tonight." }), "Not tonight.");
  assert.equal(sentenceFor("moon_phase"), "moon_phase");
});
