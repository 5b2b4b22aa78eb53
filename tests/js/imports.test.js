/** The browser's modules import only downwards, and in no circle. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const ROOT = new URL("../../static/mapapp/js/", import.meta.url);

/** The floors, from the roof down. A module imports from its own floor or from one below. */
const FLOORS = ["pages", "features", "map", "room", "protocol", "ui", "platform"];

/** `from "./x.js"`, `import "./x.js"`, `import("./x.js")`: those of types in comments, too. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/**
 * @param {{ withTypes?: boolean }} [options] those in comments count, too
 * @returns {Map<string, string[]>} paths by the path of the module that imports them
 */
function imports({ withTypes = true } = {}) {
  const found = new Map();
  for (const path of readdirSync(ROOT, { recursive: true }).map((name) => String(name))) {
    if (!path.endsWith(".js")) continue;
    const text = withTypes ? sourceOf(path) : codeOf(path);
    const folder = posix.dirname(path);
    const named = [...text.matchAll(IMPORT)].map(([, name]) => posix.join(folder, name));
    found.set(path, named);
  }
  return found;
}

const sourceOf = (path) => readFileSync(new URL(path, ROOT), "utf8");
const codeOf = (path) => sourceOf(path).replace(/\/\*[\s\S]*?\*\//g, "");
const floorOf = (path) => FLOORS.indexOf(path.split("/")[0]);
/** `features/people`, `map/labels`; of a module right on a floor its own path. */
const roomOf = (path) => path.split("/").slice(0, 2).join("/");

/**
 * @param {Map<string, Iterable<string>>} edges
 * @returns {string[] | null} the first circle that is found
 */
function circleIn(edges) {
  const done = new Set();
  const visit = (node, way) => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return null;
}

test("every module is on a floor, and names modules that exist", () => {
  const all = imports();
  assert.ok(all.size > 80, String(all.size));
  for (const [path, named] of all) {
    assert.notEqual(floorOf(path), -1, `${path} is on no floor`);
    for (const name of named) assert.ok(all.has(name), `${path} names ${name}`);
  }
});

test("imports point down", () => {
  const upwards = [];
  for (const [path, named] of imports()) {
    for (const name of named) if (floorOf(name) < floorOf(path)) upwards.push(`${path} → ${name}`);
  }
  assert.deepEqual(upwards, []);
});

test("a page is imported by nobody", () => {
  for (const [path, named] of imports()) {
    for (const name of named) assert.ok(!/^pages\/[^/]+$/.test(name), `${path} → ${name}`);
  }
});

test("the rooms of a floor do not import each other in a circle", () => {
  const edges = new Map();
  for (const [path, named] of imports({ withTypes: false })) {
    const rooms = edges.get(roomOf(path)) ?? new Set();
    edges.set(roomOf(path), rooms);
    for (const name of named) if (roomOf(name) !== roomOf(path)) rooms.add(roomOf(name));
  }
  assert.equal(circleIn(edges)?.join(" → ") ?? null, null);
});

test("only the map knows Leaflet", () => {
  for (const path of imports().keys()) {
    if (/\bL\.\w/.test(codeOf(path))) assert.equal(path.split("/")[0], "map", path);
  }
});

test("a circle is noticed", () => {
  const edges = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
  ]);
  assert.deepEqual(circleIn(edges), ["b", "c", "b"]);
});
