import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrame } from "../../../static/mapapp/js/protocol/messages.js";
import { serverExamples } from "../support/contract.js";

test("every example of the contract is a message", () => {
  const examples = serverExamples();
  assert.ok(examples.length > 10);
  for (const example of examples) assert.deepEqual(parseFrame(JSON.stringify(example)), example);
});

test("anything but an object with a type is no message, and no error", () => {
  for (const data of ["", "{", "null", "[]", "7", '"t"', '{"t":1}', "{}", new ArrayBuffer(2), undefined]) {
    assert.equal(parseFrame(data), null);
  }
});
