/**
 * Throttles the positions of a drag to the server's rate; only the newest is sent.
 *
 * The first goes at once; after it, one per interval, and always the last one.
 */
export class Pacer {
  #interval;
  #waiting = false;
  #sentAt = -Infinity;

  /** @param {() => number} interval milliseconds between two positions, set by the server */
  constructor(interval) {
    this.#interval = interval;
  }

  /** There is something newer to send. */
  offer() {
    this.#waiting = true;
  }

  /**
   * @param {number} now milliseconds
   * @returns {number} milliseconds until it may go: 0 for now, Infinity for nothing to send
   */
  due(now) {
    return this.#waiting ? Math.max(0, this.#sentAt + this.#interval() - now) : Infinity;
  }

  /** @param {number} now milliseconds, when the newest was sent */
  sent(now) {
    this.#waiting = false;
    this.#sentAt = now;
  }
}
