/**
 * Smooth motion of markers that other people drag.
 *
 * Positions arrive 2 to 20 times a second; a screen draws 60. A `Track` moves
 * in a straight line from where the marker is drawn now to the newest position,
 * in the time that usually passes between two positions. The motion is therefore
 * about one interval late, always continuous, and never beyond a position that
 * somebody really sent.
 *
 * Nothing is allocated per frame, and a resting marker costs one comparison.
 */

/** The interval assumed before one has been measured, in milliseconds. */
const FIRST_INTERVAL = 100;
/** Measured intervals outside these say nothing about the pace (ms). */
const SHORTEST_INTERVAL = 50;
const LONGEST_INTERVAL = 1000;
/** A marker that rested for this long (ms) jumps to its new position: its path is unknown. */
const LONG_PAUSE = 2000;
/** The weight of a new measurement in the estimate (0 to 1). */
const LEARNING_RATE = 0.25;
/** Positions come late as often as early: a little extra time avoids stops in between. */
const SLACK = 1.25;
/** A step larger than these (degrees) is a jump, also across the antimeridian. */
const JUMP_LAT = 45;
const JUMP_LNG = 90;

/**
 * A point that a caller owns and `positionAt` writes to.
 * @typedef {{ lat: number, lng: number }} Point
 */

/** The motion of one marker on the map. Positions are WGS 84 degrees, times milliseconds. */
export class Track {
  #fromLat;
  #fromLng;
  #toLat;
  #toLng;
  #startedAt = 0;
  #duration = 0;
  #updatedAt = -Infinity;
  /** The usual time between two positions; 0 until it has been measured. */
  #interval = 0;

  /**
   * @param {number} lat
   * @param {number} lng
   */
  constructor(lat, lng) {
    this.#fromLat = this.#toLat = lat;
    this.#fromLng = this.#toLng = lng;
  }

  /**
   * Puts the marker here without motion: for a snapshot, or the end of one's own drag.
   *
   * @param {number} lat
   * @param {number} lng
   */
  snap(lat, lng) {
    this.#fromLat = this.#toLat = lat;
    this.#fromLng = this.#toLng = lng;
    this.#duration = 0;
  }

  /**
   * A new position has arrived.
   *
   * @param {number} lat
   * @param {number} lng
   * @param {number} now milliseconds, on the same clock as for `positionAt`
   * @param {boolean} [animate] false where the reader prefers reduced motion
   */
  push(lat, lng, now, animate = true) {
    const pause = now - this.#updatedAt;
    this.#updatedAt = now;
    const jumps =
      Math.abs(lat - this.#toLat) > JUMP_LAT || Math.abs(lng - this.#toLng) > JUMP_LNG;
    if (!animate || jumps || pause >= LONG_PAUSE) {
      this.snap(lat, lng);
      return;
    }
    this.#learn(pause);
    const progress = this.#progress(now);
    this.#fromLat += (this.#toLat - this.#fromLat) * progress;
    this.#fromLng += (this.#toLng - this.#fromLng) * progress;
    this.#toLat = lat;
    this.#toLng = lng;
    this.#startedAt = now;
    this.#duration = (this.#interval || FIRST_INTERVAL) * SLACK;
  }

  /**
   * Writes the marker's present position into `point`.
   *
   * @param {number} now milliseconds
   * @param {Point} point
   * @returns {boolean} whether it will be elsewhere in a later frame
   */
  positionAt(now, point) {
    const progress = this.#progress(now);
    if (progress === 1) {
      point.lat = this.#toLat;
      point.lng = this.#toLng;
      return false;
    }
    point.lat = this.#fromLat + (this.#toLat - this.#fromLat) * progress;
    point.lng = this.#fromLng + (this.#toLng - this.#fromLng) * progress;
    return true;
  }

  /**
   * @param {number} now
   * @returns {number} 0 at the start of the present motion, 1 when it is over
   */
  #progress(now) {
    const elapsed = now - this.#startedAt;
    if (elapsed >= this.#duration) return 1;
    return elapsed <= 0 ? 0 : elapsed / this.#duration;
  }

  /** @param {number} pause milliseconds between the last two positions */
  #learn(pause) {
    if (pause > LONGEST_INTERVAL) return;
    const measured = Math.max(pause, SHORTEST_INTERVAL);
    this.#interval += (measured - this.#interval) * (this.#interval ? LEARNING_RATE : 1);
  }
}
