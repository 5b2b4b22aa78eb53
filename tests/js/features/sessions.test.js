/** Sessions in files. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileNameOf, readSessionFile } from "../../../static/mapapp/js/features/sessions/sessionFile.js";

const fileOf = (content) => new Blob([typeof content === "string" ? content : JSON.stringify(content)]);

test("a saved session is read back", async () => {
  const activities = [{ kind: "own", question: "Where?" }];
  assert.deepEqual(await readSessionFile(fileOf({ livemap: 1, title: "Monday", activities })), {
    title: "Monday",
    activities,
  });
  assert.deepEqual(await readSessionFile(fileOf({ activities })), { title: "", activities });
});

test("any other file gets a sentence", async () => {
  const bad = ["", "no JSON", "[]", "null", "3", {}, { activities: [] }, { activities: "x" }];
  bad.push({ activities: [1] }, { activities: [null] }, { title: 1, activities: [{}] });
  for (const content of bad) {
    const { problem } = await readSessionFile(fileOf(content));
    assert.match(problem ?? "", /isn't a session/, JSON.stringify(content));
  }
  assert.match((await readSessionFile(fileOf("x".repeat(70_000)))).problem, /too large/);
});

test("a file's name is one that every system takes", () => {
  assert.equal(fileNameOf("Where are you from?"), "Where-are-you-from.json");
  assert.equal(fileNameOf("../../etc/passwd"), "etc-passwd.json");
  assert.equal(fileNameOf("Où êtes-vous ?"), "Où-êtes-vous.json");
  assert.equal(fileNameOf("???"), "session.json");
  assert.equal(fileNameOf("日本語"), "日本語.json");
});
