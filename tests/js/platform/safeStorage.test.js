import assert from "node:assert/strict";
import { test } from "node:test";
import { SafeStorage } from "../../../static/mapapp/js/platform/safeStorage.js";
import { TestStorage } from "../support/browser.js";

test("what is stored is there for the next page", () => {
  const storage = new TestStorage();
  new SafeStorage(storage, assert.fail).set("livemap:a", "1");
  const next = new SafeStorage(storage, assert.fail);
  assert.equal(next.get("livemap:a"), "1");
  assert.deepEqual(next.keys("livemap:"), ["livemap:a"]);
  assert.deepEqual(next.keys("other:"), []);
  next.remove("livemap:a");
  assert.equal(storage.length, 0);
});

for (const [what, storage] of [
  ["forbidden", null],
  ["broken", new Proxy({}, { get: () => { throw new DOMException("no", "SecurityError"); } })],
]) {
  test(`a storage that is ${what} is a memory for this page, and that is said`, () => {
    let failures = 0;
    const safe = new SafeStorage(storage, () => (failures += 1));
    assert.equal(safe.get("livemap:a"), null);
    assert.equal(failures, 0);
    safe.set("livemap:a", "1");
    assert.equal(failures, 1);
    assert.equal(safe.get("livemap:a"), "1");
    assert.deepEqual(safe.keys("livemap:"), ["livemap:a"]);
    safe.remove("livemap:a");
    assert.equal(safe.get("livemap:a"), null);
  });
}

test("when the storage is full the newest value counts, and it goes back when there is room", () => {
  const storage = new TestStorage();
  let failures = 0;
  const safe = new SafeStorage(storage, () => (failures += 1));
  safe.set("livemap:a", "old");
  storage.isFull = true;
  safe.set("livemap:a", "new");
  assert.deepEqual([safe.get("livemap:a"), storage.getItem("livemap:a"), failures], ["new", "old", 1]);
  assert.deepEqual(safe.keys("livemap:"), ["livemap:a"]);
  storage.isFull = false;
  safe.set("livemap:a", "newest");
  assert.equal(storage.getItem("livemap:a"), "newest");
});
