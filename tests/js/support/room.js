/** A model server, a browser, and sessions in it that are ended with the test. */

import { afterEach, beforeEach } from "node:test";
import { Session } from "../../../static/mapapp/js/room/session.js";
import { TestBrowser } from "./browser.js";
import { ModelServer } from "./modelServer.js";
import { until } from "./until.js";

/**
 * @returns {{ server: ModelServer, browser: TestBrowser, open: Function, enter: Function }}
 *   filled anew for each test. `open` starts a session, `enter` also waits until it is live.
 */
export function roomForEachTest() {
  const room = /** @type {any} */ ({});
  let sessions = [];

  beforeEach(async () => {
    room.server = await ModelServer.start();
    room.browser = new TestBrowser(room.server.url);
    sessions = [];
  });

  afterEach(async () => {
    for (const session of sessions) session.stop();
    await room.server.stop();
  });

  room.open = ({ tab = room.browser.tab(), ...options } = {}) => {
    const session = new Session({ code: "314159", role: "participant", env: tab, ...options });
    sessions.push(session);
    session.start();
    return session;
  };

  room.enter = async (options) => {
    const session = room.open(options);
    await until("live", () => session.status.name === "live" && session.ready);
    return session;
  };

  return room;
}

/**
 * The room in a form common to a session's state and the model server.
 *
 * @param {{ rev: number, markers: Map<number, any>, people: Map<number, string> }} room
 */
export function picture({ rev, markers, people }) {
  const byNumber = ([a], [b]) => a - b;
  return { rev, markers: [...markers].sort(byNumber), people: [...people].sort(byNumber) };
}
