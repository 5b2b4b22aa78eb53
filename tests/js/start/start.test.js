/** The script that speaks when the page's own cannot. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../../static/mapapp/start/start.js", import.meta.url), "utf8");

/** A browser with the parts that the script uses; `storage` is the tab's. */
function browser({ modules = true, dialogs = true, storage = new Map(), forbidden = false } = {}) {
  const attributes = new Map();
  const listeners = new Map();
  const timers = [];
  const listen = (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  const page = {
    attributes,
    storage,
    reloads: 0,
    trouble: () => attributes.get("data-trouble"),
    say: (name, event = {}) => (listeners.get(name) ?? []).forEach((listener) => listener(event)),
    elapse: () => timers.splice(0).forEach((due) => due()),
    loses: (type = "module") => page.say("error", { target: { tagName: "SCRIPT", type } }),
  };
  const window = { addEventListener: listen, ...(dialogs && { HTMLDialogElement: Object }) };
  page.fails = (message) => page.say("error", { target: window, message });
  const sessionStorage = {
    getItem: (key) => (forbidden ? assert.fail("forbidden") : (storage.get(key) ?? null)),
    setItem: (key, value) => storage.set(key, value),
  };
  vm.runInNewContext(SOURCE, {
    window,
    sessionStorage,
    document: {
      documentElement: {
        getAttribute: (name) => attributes.get(name) ?? null,
        hasAttribute: (name) => attributes.has(name),
        setAttribute: (name, value) => attributes.set(name, value),
      },
      createElement: () => (modules ? { noModule: false } : {}),
      addEventListener: listen,
    },
    location: { reload: () => (page.reloads += 1) },
    setTimeout: (due) => timers.push(due),
  });
  return page;
}

test("nothing in it is younger than ES5", () => {
  const code = SOURCE.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"[^"]*"/g, '""');
  assert.doesNotMatch(code, /=>|`|\b(let|const|class|async|await|of)\b|\?\.|\?\?|\.\.\.|\/\//);
});

test("a browser without modules, or too old for what pages use, is told so at once", () => {
  assert.equal(browser({ modules: false }).trouble(), "old");
  assert.equal(browser({ dialogs: false }).trouble(), "old");
  assert.equal(browser().trouble(), undefined);
});

test("a browser that does not understand the page's script is too old", () => {
  const page = browser();
  page.fails("Uncaught SyntaxError: Unexpected token '('");
  assert.equal(page.trouble(), "old");
  page.say("load");
  assert.deepEqual([page.trouble(), page.reloads], ["old", 0]);
});

test("a script that has been lost is asked for again by one reload, and never by a second", () => {
  const storage = new Map();
  const first = browser({ storage });
  first.loses();
  first.say("load");
  assert.deepEqual([first.trouble(), first.reloads], [undefined, 0]);
  first.elapse();
  assert.equal(first.reloads, 1);
  const second = browser({ storage });
  second.loses();
  second.elapse();
  assert.deepEqual([second.trouble(), second.reloads], ["lost", 0]);
});

test("where the tab keeps nothing there is no reload that nobody has asked for", () => {
  const page = browser({ forbidden: true });
  page.loses();
  page.elapse();
  assert.deepEqual([page.trouble(), page.reloads], ["lost", 0]);
});

test("when the network is back a page that never started is loaded again", () => {
  const page = browser({ storage: new Map([["livemap:reloaded", "1"]]) });
  page.loses();
  page.say("online");
  assert.equal(page.reloads, 1);
});

test("a page that has started is not reloaded under its user's hands", () => {
  const page = browser();
  page.loses();
  page.attributes.set("data-page", "started");
  page.elapse();
  page.say("online");
  assert.equal(page.reloads, 0);
});

test("another script that is lost is the page's own affair", () => {
  const page = browser();
  page.loses("");
  assert.deepEqual([page.trouble(), page.storage.size], [undefined, 0]);
});

test("a page that has failed to start, or takes long, says so", () => {
  const failed = browser();
  failed.fails("Uncaught TypeError: x is not a function");
  assert.equal(failed.trouble(), "lost");
  const silent = browser();
  silent.say("load");
  assert.equal(silent.trouble(), "lost");
  const slow = browser();
  slow.elapse();
  assert.equal(slow.trouble(), "slow");
});

test("a page that is complete is never in trouble", () => {
  const page = browser();
  page.attributes.set("data-page", "complete");
  page.fails("Uncaught TypeError: x is not a function");
  page.say("load");
  page.elapse();
  assert.equal(page.trouble(), undefined);
});

test("the button reloads the page", () => {
  const page = browser();
  page.say("click", { target: { id: "elsewhere" } });
  assert.equal(page.reloads, 0);
  page.say("click", { target: { id: "trouble-reload" } });
  assert.equal(page.reloads, 1);
});
