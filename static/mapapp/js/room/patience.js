/**
 * How long to wait for a line (R4).
 *
 * A fixed time is too short for somebody: behind five seconds of round trip a
 * websocket alone takes ten to open. So each time is a multiple of the round
 * trip that was measured last, and after each connection that was given up as
 * dead the next one gets twice as long, until one has proved that it carries.
 */

/** A wait lasts at least so many round trips: three until a websocket is open, and one to spare. */
const ROUND_TRIPS = 4;
/** Nothing is waited for longer than this (ms). */
const LONGEST = 60_000;

/** All times are in milliseconds. */
export class Patience {
  #givenUp = 0;
  #roundTrip = 0;

  /**
   * @param {number} ms how long a good line may take
   * @returns {number} how long this one may
   */
  allows(ms) {
    return Math.min(LONGEST, Math.max(ms * 2 ** this.#givenUp, this.atOnce(ms)));
  }

  /**
   * As `allows`, where there is a reason to believe that the line is dead: earlier failures
   * are none to wait longer.
   *
   * @param {number} ms how long a good line may take
   */
  atOnce(ms) {
    return Math.min(LONGEST, Math.max(ms, ROUND_TRIPS * this.#roundTrip));
  }

  /** @param {number} ms between a question and its answer */
  measured(ms) {
    this.#roundTrip = ms;
  }

  /** A connection has been given up, because nothing was heard on it. */
  gaveUp() {
    this.#givenUp += 1;
  }

  /** A connection carries. */
  carries() {
    this.#givenUp = 0;
  }
}
