import assert from "node:assert/strict";
import { test } from "node:test";
import { InOrder } from "../../../static/mapapp/js/platform/inOrder.js";

function taking() {
  const taken = [];
  return { taken, take: (value) => taken.push(value), order: new InOrder() };
}

test("what is there is handed on at once", () => {
  const { order, take, taken } = taking();
  order.put(1, take);
  order.put(2, take);
  assert.deepEqual(taken, [1, 2]);
});

test("what comes after something that takes a moment waits for it, and then no longer", async () => {
  const { order, take, taken } = taking();
  let finish = (_value) => {};
  order.put(new Promise((resolve) => (finish = resolve)), take);
  order.put(2, take);
  const quick = Promise.resolve(3);
  order.put(quick, take);
  await quick;
  assert.deepEqual(taken, []);
  const done = new Promise((resolve) => order.put(4, resolve));
  finish(1);
  assert.equal(await done, 4);
  assert.deepEqual(taken, [1, 2, 3]);
  order.put(5, take);
  assert.deepEqual(taken, [1, 2, 3, 5], "at once again");
});

test("an error of one is reported and holds up nobody", async (t) => {
  const { order, take, taken } = taking();
  const later = t.mock.method(globalThis, "setTimeout", () => {});
  order.put(Promise.resolve(1), () => {
    throw new Error("a fault of ours");
  });
  await new Promise((resolve) => {
    order.put(2, take);
    order.put(3, resolve);
  });
  assert.deepEqual(taken, [2]);
  assert.throws(later.mock.calls[0].arguments[0], /a fault of ours/);
});
