/**
 * How long to wait before reconnecting (R3): exponential backoff with full
 * jitter, so that a room full of people does not return in the same instant.
 * See "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * It begins to double only after some seconds, in which a server that was killed
 * has started again (docs/decisions/0044).
 */

/** @import { Environment } from "./environment.js" */

const FIRST_CEILING = 500;
const EARLY_CEILING = 1_000;
/** The attempts with the early ceiling: four seconds on average. */
const EARLY_ATTEMPTS = 8;
export const LAST_CEILING = 20_000;
/** Shorter, because a room has one or two screens and everybody looks at them. */
export const LAST_CEILING_OF_SCREEN = 2_000;
const FIRST_REPEAT = 1_000;
const LAST_REPEAT = 15_000;

/** All times are in milliseconds. */
export class Backoff {
  /** The attempts since the last good connection. */
  attempts = 0;
  /** The server asked not to come back before this. */
  notBefore = 0;
  #env;

  #lastCeiling;

  /**
   * @param {Pick<Environment, "now" | "random">} env
   * @param {number} [lastCeiling] the longest time between two attempts
   */
  constructor(env, lastCeiling = LAST_CEILING) {
    this.#env = env;
    this.#lastCeiling = lastCeiling;
  }

  /** @returns {number} when to try again */
  next() {
    this.attempts += 1;
    const ceiling = Math.min(this.#lastCeiling, ceilingOf(this.attempts));
    return Math.ceil(Math.max(this.#env.now() + this.#env.random() * ceiling, this.notBefore));
  }

  /** The connection is good again. */
  reset() {
    this.attempts = 0;
    this.notBefore = 0;
  }
}

/** @param {number} attempt from 1 */
function ceilingOf(attempt) {
  if (attempt === 1) return FIRST_CEILING;
  return doubled(EARLY_CEILING, LAST_CEILING, Math.max(1, attempt - EARLY_ATTEMPTS));
}

/**
 * How long to wait before resending a change that could not be stored: at least
 * half of a doubling ceiling, because an early repeat helps nobody here.
 *
 * @param {number} times how often it could not be stored, from 1
 * @param {() => number} random from 0 to 1
 * @returns {number} milliseconds
 */
export function repeatDelay(times, random) {
  return doubled(FIRST_REPEAT, LAST_REPEAT, times) * (0.5 + random() / 2);
}

/**
 * @param {number} first
 * @param {number} last
 * @param {number} times from 1
 */
function doubled(first, last, times) {
  return Math.min(last, first * 2 ** (times - 1));
}
