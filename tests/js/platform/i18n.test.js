import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gettext, interpolate, ngettext } from "../../../static/mapapp/js/platform/i18n.js";

afterEach(() => delete globalThis.django);

test("without a catalogue the English of the source is the sentence", () => {
  assert.equal(gettext("Saved"), "Saved");
  assert.equal(ngettext("%(n)s person", "%(n)s people", 1), "%(n)s person");
  assert.equal(ngettext("%(n)s person", "%(n)s people", 0), "%(n)s people");
});

test("Django's catalogue answers once the page has loaded it", () => {
  globalThis.django = {
    gettext: (text) => `de:${text}`,
    ngettext: (one, many, count) => `de:${count === 1 ? one : many}`,
  };
  assert.equal(gettext("Saved"), "de:Saved");
  assert.equal(ngettext("a", "b", 2), "de:b");
});

test("names are filled in, and one without a value stays visible", () => {
  assert.equal(
    interpolate("%(name)s moves %(n)s of %(all)s", { name: "$& <b>", n: 3 }),
    "$& <b> moves 3 of %(all)s",
  );
});
