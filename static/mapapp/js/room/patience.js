/**
 * How long to wait for a line (R4).
 *
 * Any fixed time is too short for somebody: with a round trip of five seconds a
 * websocket alone takes ten to open. So each time is at least a multiple of the
 * round trip measured last, and after each connection given up as dead the next
 * one gets twice as long, until one has proved that it carries.
 */

/** The shortest wait, in round trips: three until a websocket is open, and one to spare. */
const ROUND_TRIPS = 4;
/** The longest wait (ms). */
const LONGEST = 60_000;

/** All times are in milliseconds. */
export class Patience {
  #givenUp = 0;
  #roundTrip;

  /** @param {number} [roundTrip] what is known of it before anything was asked */
  constructor(roundTrip = 0) {
    this.#roundTrip = roundTrip;
  }

  /**
   * @param {number} ms how long a good line may take
   * @returns {number} how long this one may take (ms)
   */
  allows(ms) {
    return Math.min(LONGEST, Math.max(ms * 2 ** this.#givenUp, this.atOnce(ms)));
  }

  /**
   * As `allows`, for a line that may be dead: earlier failures are no reason to wait longer.
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
