/**
 * The results that the server has told, of the room and of one's own answer.
 *
 * They come on their own, before or after the state that they belong to; so those of another
 * activity or round than the current one are kept, and not shown.
 */

/**
 * @import { Result, YourResult } from "../protocol/messages.js"
 * @import { RoomState } from "./state.js"
 */

export class ToldResults {
  #state;
  /** @type {Result | null} */
  #room = null;
  /** @type {YourResult | null} */
  #own = null;

  /** @param {RoomState} state */
  constructor(state) {
    this.#state = state;
  }

  /** @param {Result | YourResult} message */
  take(message) {
    if (message.t === "result") this.#room = message;
    else this.#own = message;
  }

  /** @returns {Result | null} of the room, in its current activity and round */
  get room() {
    return this.#ofNow(this.#room);
  }

  /** @returns {YourResult | null} of one's own answer there */
  get own() {
    return this.#ofNow(this.#own);
  }

  /**
   * @template {{ activity: number, round: number }} Told
   * @param {Told | null} told
   * @returns {Told | null}
   */
  #ofNow(told) {
    const { number, round } = this.#state.activity;
    return told && told.activity === number && told.round === round ? told : null;
  }
}
