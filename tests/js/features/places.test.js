/** The search for places, as far as it needs no page: words, views, and when it asks. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { PlaceQuery } from "../../../static/mapapp/js/features/places/placeQuery.js";
import { findPlaces, placeWords, viewOf } from "../../../static/mapapp/js/features/places/places.js";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** The server's answer for as long as a test runs. */
function answers(status, body) {
  globalThis.fetch = async () => new Response(JSON.stringify(body), { status });
}

/** A query with a clock of its own, whose answers come when the test says so. */
function slowQuery() {
  const timers = new Map();
  const asked = [];
  const shown = [];
  let lastTimer = 0;
  const query = new PlaceQuery({
    find: (text, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        asked.push({ text, answer: (...places) => resolve({ places, problem: "" }), signal });
      }),
    show: (text, found) => shown.push([text, found.places]),
    setTimeout: (callback) => timers.set(++lastTimer, callback) && lastTimer,
    clearTimeout: (timer) => timers.delete(timer),
  });
  const rest = () => {
    for (const [timer, callback] of timers) {
      timers.delete(timer);
      callback();
    }
  };
  return { query, asked, shown, rest };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a town fills the screen, and a metropolis is shown from farther away", () => {
  const zoom = (population) => viewOf({ lat: 1, lng: 2, population }).zoom;
  assert.deepEqual(viewOf({ lat: 52.25, lng: 6.16, population: 100_000 }), { lat: 52.25, lng: 6.16, zoom: 12.25 });
  assert.ok(zoom(1_000) > zoom(100_000) && zoom(100_000) > zoom(10_000_000));
  assert.equal(zoom(0), 14);
  assert.equal(zoom(10 ** 12), 9.5);
  assert.equal((zoom(123_456) * 4) % 1, 0);
  // Where the map has no streets, names or coasts have to be in view.
  const village = { lat: 1, lng: 2, population: 1_000 };
  assert.equal(viewOf(village, "names").zoom, 10.5);
  assert.equal(viewOf(village, "outline").zoom, 8);
  assert.equal(viewOf({ ...village, population: 10_000_000 }, "names").zoom, 10.25);
});

test("a place is named with its region and country", async () => {
  const feature = {
    id: 4717560,
    geometry: { coordinates: [-95.55, 33.66] },
    properties: { name: "Paris", country: "US", country_name: "United States", region: "Texas", population: 24699 },
  };
  answers(200, { features: [feature] });
  const { places, problem } = await findPlaces("paris, tx");
  assert.equal(problem, "");
  assert.deepEqual(places, [
    { id: 4717560, name: "Paris", where: "Texas, United States", lat: 33.66, lng: -95.55, population: 24699 },
  ]);
  assert.equal(placeWords(places[0]), "Paris, Texas, United States");
  assert.equal(placeWords({ ...places[0], where: "" }), "Paris");
});

test("a search that fails says so in a sentence", async () => {
  answers(503, { error: { code: "unavailable", message: "no" } });
  assert.match((await findPlaces("x")).problem, /isn't ready yet/);
  answers(429, { error: { code: "too_many_searches", message: "no" } });
  assert.match((await findPlaces("x")).problem, /Too many/);
  answers(400, { error: { code: "bad_field", message: "Expected at most 150 characters." } });
  assert.match((await findPlaces("x")).problem, /at most 150/);
  globalThis.fetch = async () => {
    throw new TypeError("network");
  };
  assert.match((await findPlaces("x")).problem, /Can't reach the server/);
});

test("one asks when the typing rests, and only about the newest text", () => {
  const { query, asked, rest } = slowQuery();
  query.type("D");
  query.type("De");
  query.type("Dev ");
  assert.deepEqual(asked, []);
  rest();
  query.type("Dev");
  rest();
  assert.deepEqual(asked.map(({ text }) => text), ["Dev"]);
});

test("an answer that has been overtaken is not shown", async () => {
  const { query, asked, shown, rest } = slowQuery();
  query.type("De");
  rest();
  query.type("Dev");
  rest();
  assert.ok(asked[0].signal.aborted);
  asked[1].answer("Deventer");
  asked[0].answer("Delhi");
  await settled();
  assert.deepEqual(shown, [["Dev", ["Deventer"]]]);
});

test("letters taken back are answered from memory, an empty field at once", async () => {
  const { query, asked, shown, rest } = slowQuery();
  query.type("De");
  rest();
  asked[0].answer("Delhi");
  await settled();
  query.type("Dev");
  query.type("De");
  query.type("");
  rest();
  assert.equal(asked.length, 1);
  assert.deepEqual(shown, [["De", ["Delhi"]], ["De", ["Delhi"]], ["", []]]);
});

test("nothing is shown any more once the query is taken back", async () => {
  const { query, asked, shown, rest } = slowQuery();
  query.type("De");
  rest();
  query.forget();
  asked[0].answer("Delhi");
  await settled();
  assert.deepEqual(shown, []);
});

test("who is done without choosing gets the best match", async () => {
  const { query, asked } = slowQuery();
  const best = query.best(" Deventer ");
  asked[0].answer("Deventer", "Deventer (US)");
  assert.deepEqual(await best, { place: "Deventer", problem: "" });
  const nowhere = query.best("xyzzy");
  asked[1].answer();
  assert.deepEqual(await nowhere, { place: null, problem: "" });
  assert.deepEqual(await query.best(""), { place: null, problem: "" });
});
