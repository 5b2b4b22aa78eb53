/**
 * The server's clock, as far as this page can tell (L2): a phone's own may be minutes wrong.
 *
 * The server says what time it is in the middle of a round trip, more or less; so an answer that
 * came quickly tells it best. The error is at most half of the round trip.
 */

/** @import { Environment } from "./environment.js" */

/** Clocks drift apart: an error grows by this share of the time since it was measured. */
const DRIFT = 1e-4;
/** Two measurements that differ by more than their errors and this (ms): our clock was set. */
const SLACK = 100;

/** All times are in milliseconds, and points of time since 1970. */
export class ServerClock {
  #env;
  /** The server's clock less ours. */
  #offset = 0;
  #error = Infinity;
  #measuredAt = 0;

  /** @param {Pick<Environment, "now">} env */
  constructor(env) {
    this.#env = env;
  }

  /** @returns {number} how far off it may be now; Infinity while the server has not told it */
  get error() {
    return this.#error + Math.abs(this.#env.now() - this.#measuredAt) * DRIFT;
  }

  /** @returns {number} the server's time now; our own while it has not told it */
  now() {
    return this.#env.now() + this.#offset;
  }

  /**
   * @param {number} now what the server said
   * @param {number} asked when it was asked, by our clock
   * @param {number} heard when its answer came
   */
  told(now, asked, heard) {
    const error = Math.max(0, heard - asked) / 2;
    const offset = now - (asked + heard) / 2;
    const wasSet = Math.abs(offset - this.#offset) > error + this.error + SLACK;
    if (error > this.error && !wasSet) return;
    this.#offset = offset;
    this.#error = error;
    this.#measuredAt = heard;
  }

  /**
   * @param {number | null} ends
   * @returns {number} whole seconds until then, rounded up; 0 when it is over or never
   */
  secondsLeft(ends) {
    return ends === null ? 0 : Math.max(0, Math.ceil((ends - this.now()) / 1000));
  }
}
