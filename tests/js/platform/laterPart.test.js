import assert from "node:assert/strict";
import { test } from "node:test";
import { laterPart } from "../../../static/mapapp/js/platform/laterPart.js";

test("it comes once, however many need it meanwhile", async () => {
  let count = 0;
  const part = laterPart(async () => (count += 1));
  assert.deepEqual(await Promise.all([part(), part()]), [1, 1]);
  assert.equal(await part(), 1);
});

test("what did not come is tried again the next time, and nobody hears of an error", async () => {
  let count = 0;
  const part = laterPart(async () => {
    count += 1;
    if (count < 3) throw new Error("no connection");
    return "here";
  });
  assert.deepEqual(await Promise.all([part(), part()]), [null, null]);
  assert.equal(await part(), null);
  assert.equal(await part(), "here");
});
