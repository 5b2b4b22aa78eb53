/**
 * Newest wins, no faster than the server asks: when the position of a drag may be sent.
 *
 * The first goes at once; after it, one per interval, and the last one always.
 */
export class Pacer {
  #interval;
  #waiting = false;
  #sentAt = -Infinity;

  /** @param {() => number} interval milliseconds between two positions, as the server asks now */
  constructor(interval) {
    this.#interval = interval;
  }

  /** There is something newer to send. */
  offer() {
    this.#waiting = true;
  }

  /**
   * @param {number} now milliseconds
   * @returns {number} in how many milliseconds it may go: 0 for now, Infinity for nothing to send
   */
  due(now) {
    return this.#waiting ? Math.max(0, this.#sentAt + this.#interval() - now) : Infinity;
  }

  /** @param {number} now milliseconds, when the newest has gone out */
  sent(now) {
    this.#waiting = false;
    this.#sentAt = now;
  }
}
