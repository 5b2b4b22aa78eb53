/** Asks for places while somebody types: not at every letter, and never with an older answer last. */

/** @import { Found, Place } from "./places.js" */

/** How long the typing rests before we ask, in milliseconds. */
export const REST = 150;
/** So many answers are kept for when letters are taken back. */
const KEPT = 50;

/**
 * @typedef {object} QueryParts
 * @property {(query: string, signal: AbortSignal) => Promise<Found>} find
 * @property {(query: string, found: Found) => void} show called with the newest query's answer only
 * @property {(callback: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 */

export class PlaceQuery {
  #find;
  #show;
  #setTimeout;
  #clearTimeout;
  /** The newest query. */
  #query = "";
  /** @type {any} */ #timer;
  /** @type {AbortController | null} of the request under way */
  #asking = null;
  /** @type {Map<string, Found>} answers without a problem, by query; the oldest first */
  #known = new Map();

  /** @param {QueryParts} parts */
  constructor({ find, show, ...clock }) {
    this.#find = find;
    this.#show = show;
    this.#setTimeout = clock.setTimeout ?? ((callback, ms) => setTimeout(callback, ms));
    this.#clearTimeout = clock.clearTimeout ?? ((timer) => clearTimeout(timer));
  }

  /** @param {string} text as typed so far; nothing is asked about an empty one */
  type(text) {
    const query = text.trim();
    if (query === this.#query) return;
    this.forget();
    this.#query = query;
    const known = this.#known.get(query);
    if (query === "" || known) this.#show(query, known ?? { places: [], problem: "" });
    else this.#timer = this.#setTimeout(() => this.#ask(query), REST);
  }

  /** Takes back the present query: its answer is no longer wanted. */
  forget() {
    this.#clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.#query = "";
  }

  /**
   * The best place for a text, now: somebody is done without having chosen.
   *
   * @param {string} text
   * @returns {Promise<{ place: Place | null, problem: string }>}
   */
  async best(text) {
    const query = text.trim();
    if (query === "") return { place: null, problem: "" };
    const found = this.#known.get(query) ?? (await this.#find(query, new AbortController().signal));
    return { place: found.places[0] ?? null, problem: found.problem };
  }

  /** @param {string} query */
  async #ask(query) {
    const asking = new AbortController();
    this.#asking = asking;
    let found;
    try {
      found = await this.#find(query, asking.signal);
    } catch {
      return; // It was aborted.
    }
    if (!found.problem) this.#keep(query, found);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#show(query, found);
  }

  /**
   * @param {string} query
   * @param {Found} found
   */
  #keep(query, found) {
    this.#known.set(query, found);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
  }
}
