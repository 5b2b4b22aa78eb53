/**
 * A browser for tests: one storage, any number of tabs, time that runs fast.
 *
 * A tab is an `Environment` with real sockets; `tab.say("hidden")` raises an event
 * of its page, `tab.kill()` ends it.
 */

import { WebSocket } from "ws";
import { randomUuid } from "../../../static/mapapp/js/room/environment.js";

/** How much faster time runs than on the wall. */
export const SPEED = 20;

/** A `Storage` over a map; it can be full. */
export class TestStorage {
  entries = new Map();
  isFull = false;

  get length() {
    return this.entries.size;
  }

  key(index) {
    return [...this.entries.keys()][index] ?? null;
  }

  getItem(key) {
    return this.entries.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    this.entries.set(key, String(value));
  }

  removeItem(key) {
    this.entries.delete(key);
  }
}

/** The library reports a failed connection as an event that must be heard; browsers log it. */
class TestSocket extends WebSocket {
  constructor(url, protocol) {
    super(url, protocol);
    this.onerror = () => {};
  }
}

export class TestBrowser {
  storage = new TestStorage();
  isOnline = true;
  /** Of the request that brought the page (ms). */
  roundTrip = 0;
  #url;
  #random;
  #started = performance.now();

  /**
   * @param {string} url where the server is, `ws://…`
   * @param {() => number} [random]
   */
  constructor(url, random = Math.random) {
    this.#url = url;
    this.#random = random;
  }

  now = () => 1_700_000_000_000 + Math.round((performance.now() - this.#started) * SPEED);

  /** @param {object} [changes] to the environment */
  tab(changes = {}) {
    const listeners = new Set();
    const say = (happening) => listeners.forEach((listener) => listener(happening));
    const timers = new Set();
    let asleep = false;
    let dead = false;
    const slept = [];
    const sockets = new Set();
    return {
      WebSocket: class extends TestSocket {
        constructor(url, protocol) {
          super(url, protocol);
          sockets.add(this);
        }
      },
      socketUrl: (code) => `${this.#url}/ws/${code}`,
      storage: this.storage,
      now: this.now,
      setTimeout: (callback, ms) => {
        const due = () => (asleep ? slept.push(due) : callback());
        const timer = setTimeout(due, ms / SPEED);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => clearTimeout(timer),
      random: this.#random,
      uuid: randomUuid,
      isOnline: () => this.isOnline,
      roundTrip: () => this.roundTrip,
      watch: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      say,
      /** The tab is put to sleep: what was due meanwhile happens when it wakes up. */
      sleep: () => (asleep = true),
      wake: () => {
        if (dead) return;
        asleep = false;
        slept.splice(0).forEach((due) => due());
      },
      /** The tab is killed: no goodbye, nothing runs any more. */
      kill: () => {
        asleep = dead = true;
        listeners.clear();
        timers.forEach(clearTimeout);
        sockets.forEach((socket) => socket.terminate());
      },
      ...changes,
    };
  }
}
