import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { inflated } from "../../../static/mapapp/js/protocol/deflated.js";

/** @param {...(number[] | Uint8Array)} parts */
function bytes(...parts) {
  return new Uint8Array(parts.flatMap((part) => [...part])).buffer;
}

test("a compressed frame is read", async () => {
  const plain = Uint8Array.from({ length: 5_000 }, (_, index) => index % 7);
  const read = await inflated(bytes([5], deflateSync(plain)));
  assert.deepEqual(new Uint8Array(read), plain);
});

test("all else is handed on as it is", () => {
  for (const data of ["text", bytes([]), bytes([4, 5]), null]) assert.equal(inflated(data), data);
});

test("a damaged frame is no frame", async () => {
  const whole = deflateSync(new Uint8Array(100).fill(3));
  assert.equal(await inflated(bytes([5])), null);
  assert.equal(await inflated(bytes([5, 1, 2, 3])), null);
  assert.equal(await inflated(bytes([5], whole.subarray(0, whole.length - 4))), null);
});
