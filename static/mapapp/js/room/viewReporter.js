/**
 * Tells the server which part of the map this page shows.
 *
 * In a very large room a phone cannot get every move; the part that it shows
 * comes first (F5).
 */

import { boundsOf } from "../protocol/coordinates.js";

/**
 * @import { Bounds } from "../protocol/coordinates.js"
 * @import { Environment } from "./environment.js"
 * @import { ReconnectingSocket } from "./reconnectingSocket.js"
 */

/** The least time between two reports (ms): a map that is being panned comes to rest first. */
const PAUSE = 500;

export class ViewReporter {
  #env;
  #line;
  /** @type {Bounds | null} */
  #bounds = null;
  /** @type {any} */
  #timer = null;

  /**
   * @param {Environment} env
   * @param {ReconnectingSocket} line
   */
  constructor(env, line) {
    this.#env = env;
    this.#line = line;
  }

  /**
   * Sets the part of the map that the page shows.
   *
   * @param {Bounds} bounds
   */
  look(bounds) {
    this.#bounds = boundsOf(bounds);
    this.#timer ??= this.#env.setTimeout(() => this.tell(), PAUSE);
  }

  /** Reports it now, as on a new connection, whose server does not know it yet. */
  tell() {
    this.stop();
    if (this.#bounds && this.#line.live) this.#line.send({ t: "look", ...this.#bounds });
  }

  stop() {
    this.#env.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
