/** The operator's street map: reading its parts, and where it is shown. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { RangeSource } from "../../../static/mapapp/js/map/ground/rangeSource.js";
import { leastZoom } from "../../../static/mapapp/js/map/ground/streetArea.js";

const URL = "/streets.pmtiles?v=1";
/** What the server was asked for, and what it answers from now on. */
let asked;
let answer;

beforeEach(() => {
  asked = [];
  answer = () => new Response("part", { status: 206, headers: { ETag: '"1"' } });
  globalThis.fetch = async (url, { method = "GET", headers = {} }) => {
    asked.push(`${method} ${url} ${headers.Range ?? ""}`.trim());
    return answer();
  };
});

const text = ({ data }) => new TextDecoder().decode(data);

/** Lets what is ready go on. */
const settle = () => new Promise((done) => setImmediate(done));

test("a part is asked for by its range, at an address of its own", async () => {
  const part = await new RangeSource(URL).getBytes(127, 16);
  assert.equal(text(part), "part");
  assert.equal(part.etag, '"1"');
  assert.deepEqual(asked, [`GET ${URL}&from=127 bytes=127-142`]);
});

test("while the server is away, one request asks for all until it is back", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    const source = new RangeSource(URL);
    const parts = [source.getBytes(0, 1), source.getBytes(1, 1), source.getBytes(2, 1)];
    await settle();
    assert.equal(asked.length, 3);
    parts.push(source.getBytes(3, 1));
    for (let count = 4; count <= 6; count += 1) {
      mock.timers.tick(5000);
      await settle();
      assert.equal(asked.length, count);
      assert.equal(asked.at(-1), `HEAD ${URL}`);
    }
    answer = () => new Response("busy", { status: 503 });
    mock.timers.tick(5000);
    await settle();
    answer = () => new Response("part", { status: 206 });
    mock.timers.tick(5000);
    assert.deepEqual((await Promise.all(parts)).map(text), ["part", "part", "part", "part"]);
  } finally {
    mock.timers.reset();
  }
});

test("what is not there is an error, and so is another file's part", async () => {
  const source = new RangeSource(URL);
  await assert.rejects(source.getBytes(0, 1, undefined, '"0"'), /replaced/);
  answer = () => new Response("", { status: 404 });
  await assert.rejects(source.getBytes(0, 1), /404/);
});

test("a small area is drawn from the zoom on at which it is as large as a tile", () => {
  assert.equal(leastZoom([-85, -180, 85, 180]), 0);
  assert.equal(leastZoom([0, 0, 0.001, 180]), 1);
  assert.equal(leastZoom([50.7, 3.3, 53.6, 7.3]), 7);
  assert.equal(leastZoom([52.2, 6.1, 52.3, 6.2]), 12);
});
