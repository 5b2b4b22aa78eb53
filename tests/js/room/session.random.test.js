/**
 * People in several browsers and tabs do what they like while lines are cut,
 * answers get lost, tabs sleep, reload and die. At the end everything that
 * anybody asked for has happened exactly once, and all see the same.
 *
 * The seed is in the test's name; SEEDS=200 tries that many more.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../../static/mapapp/js/room/session.js";
import { TestBrowser } from "../support/browser.js";
import { ModelServer } from "../support/modelServer.js";
import { seededRandom } from "../support/random.js";
import { picture } from "../support/room.js";
import { until } from "../support/until.js";

const MORE = Number(process.env.SEEDS ?? 0);
const SEEDS = [1, 2, 3, 4, ...Array.from({ length: MORE }, (_, n) => 1000 + n)];
const STEPS = 400;

class Crowd {
  constructor(seed, server) {
    this.random = seededRandom(seed);
    this.server = server;
    this.sessions = [];
    this.labels = [];
    this.answers = [];
    this.browsers = [1, 2, 3].map(() => new TestBrowser(server.url, this.random));
    this.browsers.forEach((browser) => this.open(browser));
  }

  chance(probability) {
    return this.random() < probability;
  }

  oneOf(items) {
    return items[Math.floor(this.random() * items.length)];
  }

  open(browser) {
    const tab = browser.tab();
    const session = new Session({ code: "314159", role: "participant", env: tab });
    this.sessions.push({ session, tab, browser });
    session.start();
  }

  label() {
    this.labels.push(`label ${this.labels.length}`);
    return this.labels.at(-1);
  }

  place() {
    return [this.random() * 180 - 90, this.random() * 720 - 360];
  }

  /** Somebody does something, or something goes wrong. */
  step() {
    const one = this.oneOf(this.sessions);
    const { session, tab, browser } = one;
    const marker = this.oneOf([...session.state.markers.keys()]);
    const [lat, lng] = this.place();
    const actions = [
      [4, () => session.change("add", { lat, lng, label: this.label() })],
      [4, () => marker && session.change("place", { marker, lat, lng })],
      [6, () => marker && this.drag(session, marker)],
      [2, () => this.server.cut()],
      [1, () => this.oneOf(["online", "offline", "visible", "hidden", "storage"].map((h) => () => tab.say(h)))()],
      [1, () => this.sessions.length < 6 && this.open(browser)],
      [1, () => this.reload(one)],
      [1, () => this.kill(one)],
      [1, () => this.release()],
      [1, () => (tab.sleep(), setTimeout(() => tab.wake(), 40))],
      [1, () => this.server.forgetLog()],
    ];
    const total = actions.reduce((sum, [weight]) => sum + weight, 0);
    let pick = this.random() * total;
    actions.find(([weight]) => (pick -= weight) < 0)[1]();
  }

  drag(session, marker) {
    const drag = session.drag(marker);
    const steps = Math.floor(this.random() * 6);
    const next = (left) => {
      if (!this.sessions.some((one) => one.session === session)) return;
      if (left) {
        drag.to(...this.place());
        setTimeout(() => next(left - 1), this.random() * 10);
      } else if (this.chance(0.15)) {
        drag.cancel();
      } else {
        drag.drop(...this.place());
      }
    };
    next(steps);
  }

  /** The page goes, with notice, and comes again. */
  reload(one) {
    one.tab.say("leave");
    this.kill(one);
  }

  /** Nothing of the page runs any more; its browser has another one. */
  kill(one) {
    one.tab.kill();
    this.sessions.splice(this.sessions.indexOf(one), 1);
    this.open(one.browser);
  }

  /** The end, also of a test that has failed. */
  async disperse() {
    for (const { session } of this.sessions) session.stop();
    await this.server.stop();
  }

  release() {
    const held = [...this.server.markers.values()].filter(({ holder }) => holder);
    if (held.length) this.server.release(this.oneOf(held).number);
  }
}

for (const seed of SEEDS) {
  test(`everything happens exactly once, and all see the same (seed ${seed})`, async (t) => {
    /** D2, D3, O2, R1, R2 */
    const server = await ModelServer.start();
    const crowd = new Crowd(seed, server);
    t.after(() => crowd.disperse());
    Object.assign(server.fault, {
      refuse: () => (crowd.chance(0.03) ? "unavailable" : undefined),
      cutBefore: () => crowd.chance(0.02),
      cutAfter: () => crowd.chance(0.02),
      turnAway: () => (crowd.chance(0.1) ? crowd.oneOf([1011, 1012, 4408, 4413, 4503]) : undefined),
    });
    for (let n = 0; n < STEPS; n += 1) {
      crowd.step();
      await new Promise((resolve) => setTimeout(resolve, crowd.random() * 5));
    }
    Object.assign(server.fault, {
      refuse: () => undefined,
      cutBefore: () => false,
      cutAfter: () => false,
      turnAway: () => undefined,
    });
    const sessions = crowd.sessions.map(({ session }) => session);
    const kept = () =>
      crowd.browsers.flatMap(({ storage }) => {
        return [...storage.entries.keys()].filter((key) => !key.endsWith(":token"));
      });
    const left = () =>
      JSON.stringify({
        kept: kept(),
        sessions: sessions.map(({ unsaved, status, state }) => [unsaved, status, state.rev]),
        server: { rev: server.rev, lastFrames: server.frames.slice(-5) },
      });
    // A page that died while its grab was under way has left a drag that waits for the hold's end.
    const calm = () => [...server.markers.values()].every(({ holder }) => !holder);
    await until(() => `nothing is unsaved, but: ${left()}`, () => {
      if (!calm()) crowd.release();
      return sessions.every(({ unsaved }) => unsaved === 0) && kept().length === 0;
    });
    await until("all are current", () => {
      return sessions.every(({ state, status }) => status.name === "live" && state.rev === server.rev);
    });
    for (const session of sessions) {
      assert.deepEqual(picture(session.state), picture(server));
    }
    const added = server.log.filter(({ kind }) => kind === "add").map(({ label }) => label);
    assert.deepEqual(added.toSorted(), crowd.labels.toSorted());
    assert.ok(added.length > 10);
    assert.equal(server.people.size, 3);
  });
}
