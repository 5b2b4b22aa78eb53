import assert from "node:assert/strict";
import { test } from "node:test";

import { noActivity } from "../../../../static/mapapp/js/room/activity.js";
import {
  countryText,
  distanceText,
} from "../../../../static/mapapp/js/features/results/numbers.js";
import { PANELS, shownBy } from "../../../../static/mapapp/js/features/results/panels/panels.js";
import { ownSentences, roomSentences } from "../../../../static/mapapp/js/features/results/words.js";

/** @import { Result, YourResult } from "../../../../static/mapapp/js/protocol/messages.js" */
/** @import { Surface } from "../../../../static/mapapp/js/protocol/activities.js" */

const NAMES = new Map([
  [1, "Ada"],
  [2, "Bob"],
  [3, "Cleo"],
]);

/** @param {Partial<Surface>} [surface] @param {string} [answer] */
function context(surface = {}, answer = "") {
  const activity = noActivity();
  return {
    activity: {
      ...activity,
      surface: { ...activity.surface, ...surface },
      settings: { ...activity.settings, answer },
    },
    nameOf: (/** @type {number} */ person) => NAMES.get(person) ?? "",
  };
}

/** @param {Partial<Result>} fields @returns {Result} */
function result(fields) {
  return { t: "result", rev: 1, activity: 0, round: 1, people: 31, ...fields };
}

/** @param {Partial<YourResult>} fields @returns {YourResult} */
function own(fields) {
  return { t: "your_result", activity: 0, round: 1, marker: 1, ...fields };
}

const AGREE = [
  { id: "agree", label: "Agree" },
  { id: "disagree", label: "Disagree" },
];

test("distances are in metres below a kilometre, and no finer than anybody aims", () => {
  const said = [0, 0.0034, 0.257, 0.9994, 0.99996, 1.04, 9.94, 9.96, 312.4, 12345].map(distanceText);
  assert.deepEqual(said, [
    ...["0 m", "3 m", "260 m", "1 km", "1 km", "1 km", "9.9 km", "10 km", "312 km", "12,345 km"],
  ]);
});

test("countries are named as they stand in a sentence", () => {
  assert.equal(countryText("NL", "The Netherlands"), "the Netherlands");
  assert.equal(countryText("DE", "Germany"), "Germany");
  assert.equal(countryText("no code", "Atlantis"), "Atlantis");
});

test("a room says how many people it has in which countries", () => {
  /** @type {[string, string, number][]} */
  const listed = [
    ["NL", "Netherlands", 9],
    ["DE", "Germany", 5],
  ];
  const [first] = roomSentences(result({ countries: listed, country_count: 12 }), context());
  assert.equal(first, "31 people in 12 countries; most in the Netherlands (9).");
  const [[nl], [de]] = [[listed[0]], [listed[1]]];
  assert.ok(nl && de);
  const tie = roomSentences(
    result({ countries: [nl, ["DE", "Germany", 9]], country_count: 2 }),
    context(),
  );
  assert.equal(tie[0], "31 people in 2 countries; most in the Netherlands and Germany (9 each).");
});

test("one country is not worth a word, and nobody is nobody", () => {
  const one = result({ people: 1, countries: [["DE", "Germany", 1]], country_count: 1 });
  assert.deepEqual(roomSentences(one, context()), ["1 person has answered."]);
  assert.deepEqual(roomSentences(result({ people: 0 }), context()), ["Nobody has answered yet."]);
});

test("zones are read by their names, with the leading one first", () => {
  const found = result({
    zones: [
      ["agree", 12],
      ["disagree", 18],
      ["", 1],
    ],
  });
  const [shown] = shownBy(found, context({ kind: "plane", zones: AGREE }));
  assert.equal(shown?.sentences[0], "“Disagree” leads with 18 of 31.");
  assert.deepEqual(
    shown?.bars?.map(({ label, count }) => [label, count]),
    [
      ["Agree", 12],
      ["Disagree", 18],
      ["In none of them", 1],
    ],
  );
  assert.deepEqual(shown?.table?.rows[1], ["Disagree", "18", "58%"]);
});

test("a tie between zones is said to be one", () => {
  const tie = result({
    people: 4,
    zones: [
      ["agree", 2],
      ["disagree", 2],
      ["", 0],
    ],
  });
  assert.equal(
    roomSentences(tie, context({ kind: "plane", zones: AGREE }))[0],
    "A tie: Agree and Disagree, with 2 of 4 each.",
  );
});

test("the middle of a map is a place, and that of a plane lies between the ends of its axes", () => {
  const middle = { lat: -0.4, lng: 0.28, half_km: 310.4, words: "near Kassel, Germany" };
  assert.ok(
    roomSentences(result({ middle }), context()).includes(
      "The middle of the room is near Kassel, Germany; half of you are within 310 km of it.",
    ),
  );
  const axes = /** @type {const} */ ({ x: ["Disagree", "Agree"], y: ["Hard", "Easy"] });
  const said = roomSentences(
    result({ middle }),
    context({ kind: "plane", axes: { x: [...axes.x], y: [...axes.y] } }),
  );
  assert.ok(
    said.includes("The middle of the room is 64% of the way from “Disagree” to “Agree”."),
    said.join("\n"),
  );
  assert.ok(said.includes("The middle of the room is 30% of the way from “Hard” to “Easy”."));
});

test("the best guess comes first, by name", () => {
  const guess = {
    podium: /** @type {[number, number, number][]} */ ([
      [1, 12.3, 1],
      [2, 40, 2],
      [3, 40, 2],
      [9, 80, 4],
    ]),
    median_km: 340,
    within_100_km: 12,
  };
  const [shown] = shownBy(result({ guess }), context({}, "Oslo"));
  assert.deepEqual(shown?.sentences, [
    "Nearest to Oslo: Ada, 12 km away.",
    "Half of you were within 340 km.",
    "Within 100 km: 12 of 31.",
  ]);
  assert.deepEqual(
    shown?.steps?.map(({ place, name }) => [place, name]),
    [
      [1, "Ada"],
      [2, "Bob"],
      [2, "Cleo"],
    ],
  );
  const exact = { ...guess, podium: [/** @type {[number, number, number]} */ ([1, 0, 1])] };
  assert.equal(roomSentences(result({ guess: exact }), context({}, "Oslo"))[0], "Ada found Oslo.");
});

test("a second round says where the room has moved", () => {
  const shift = { km: 38, toward: "south-east", people: 80, closer: 61, moved: 70 };
  assert.equal(
    roomSentences(result({ shift }), context())[0],
    "The room moved 38 km south-east; 61 of 80 came closer together.",
  );
  assert.equal(
    roomSentences(result({ shift: { ...shift, moved: 0 } }), context())[0],
    "Nobody has moved.",
  );
  assert.equal(
    roomSentences(result({ shift }), context({ kind: "plane" }))[0],
    "70 of 80 have moved.",
  );
});

test("groups of a crowd are named by their places", () => {
  const clusters = [
    { lat: 1, lng: 1, count: 12, words: "near Kassel, Germany" },
    { lat: 2, lng: 2, count: 8, words: "near Paris, France" },
  ];
  assert.ok(
    roomSentences(result({ clusters }), context()).includes(
      "Largest groups: 12 near Kassel, Germany; 8 near Paris, France.",
    ),
  );
});

test("one's own result is said in sentences", () => {
  const all = own({
    ...{ km: 312, place: 14, of: 230, middle_km: 41, nearest: { person: 2, km: 3 } },
    moved_km: 12,
  });
  assert.deepEqual(ownSentences(all, context()), [
    "You were 312 km away: place 14 of 230.",
    "You moved 12 km.",
    "You are 41 km from the middle of the room.",
    "Nearest to you: Bob, 3 km away.",
  ]);
});

test("what means nothing on a plane is not said there", () => {
  const all = own({
    ...{ zone: "agree", middle_km: 41, nearest: { person: 2, km: 3 }, moved_km: 0 },
  });
  assert.deepEqual(ownSentences(all, context({ kind: "plane", zones: AGREE })), [
    "You chose “Agree”.",
    "You stayed where you were.",
    "Nearest to you: Bob.",
  ]);
  assert.deepEqual(ownSentences(own({ zone: "" }), context({ kind: "plane", zones: AGREE })), [
    "Your marker is in none of the zones.",
  ]);
});

test("who has no name that may be told is not named", () => {
  const found = own({ nearest: { person: 99, km: 3 } });
  assert.deepEqual(ownSentences(found, context()), []);
});

test("no panel needs more of a result than its number of people", () => {
  for (const panel of PANELS) {
    const shown = panel.show(result({ people: 3 }), context());
    assert.ok(shown === null || shown.sentences.length > 0, panel.name);
  }
});
