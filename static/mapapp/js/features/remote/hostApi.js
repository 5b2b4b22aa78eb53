/**
 * The HTTP requests that only a host may make (docs/PROTOCOL.md, section 8). The key goes in
 * a header, so that it is in no address and no log (promise A1).
 */

/** @typedef {{ pairing: string, url: string, expires_in_seconds: number }} Pairing */
/** @typedef {{ key: number, label: string, made: string, used: string | null, yours: boolean }} HostKey */

/** The key is not, or no longer, a host key of this map. */
export class NotAHost extends Error {}

export class HostApi {
  #code;

  /**
   * @param {string} code
   * @param {string} key
   */
  constructor(code, key) {
    this.#code = code;
    this.key = key;
  }

  /**
   * Requests a one-time code for another remote.
   *
   * @returns {Promise<Pairing>}
   */
  async newPairing() {
    return this.#ask("POST", "pairings");
  }

  /**
   * Counts the people whom `expel` would remove, and their markers.
   *
   * @param {{ seconds: number } | { like: number }} whom
   * @returns {Promise<{ people: number, markers: number }>}
   */
  async concerned(whom) {
    const query = "seconds" in whom ? `seconds=${whom.seconds}` : `like=${whom.like}`;
    return this.#ask("GET", `concerned?${query}`);
  }

  /** @returns {Promise<HostKey[]>} the keys that are valid, without the keys themselves */
  async keys() {
    return (await this.#ask("GET", "keys")).keys;
  }

  /**
   * @param {string} ending the format: "csv", "geojson" or "json"
   * @returns {Promise<Blob>} what is on the map, as a file
   */
  async results(ending) {
    return (await this.#request("GET", `results.${ending}`)).blob();
  }

  /** @returns {Promise<Blob>} all activities, as a file from which a room can be opened */
  async activities() {
    return (await this.#request("GET", "activities")).blob();
  }

  /** @returns {Promise<{ url: string }>} a new link to the results, for whoever gets it */
  async shareResults() {
    return this.#ask("POST", "result-links");
  }

  /** @returns {Promise<{ links: number }>} how many such links work */
  async resultLinks() {
    return this.#ask("GET", "result-links");
  }

  /** @returns {Promise<{ revoked: number }>} no such link works any more */
  async revokeResults() {
    return this.#ask("DELETE", "result-links");
  }

  /**
   * @param {string} method
   * @param {string} what
   * @returns {Promise<any>}
   */
  async #ask(method, what) {
    return (await this.#request(method, what)).json();
  }

  /**
   * @param {string} method
   * @param {string} what
   * @throws {NotAHost} or another error if the server cannot be reached
   */
  async #request(method, what) {
    const answer = await fetch(`/api/rooms/${this.#code}/${what}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}` },
      cache: "no-store",
    });
    if (answer.status === 403) throw new NotAHost();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }
}

/** @returns {string} a host key that nobody can guess: 24 random bytes in base64url */
export function newHostKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/**
 * This browser's name for other hosts in the list of remotes.
 *
 * @param {string} userAgent
 * @returns {string} empty if it has no name that people know
 */
export function deviceLabel(userAgent) {
  const known = [
    [/iPhone/, "iPhone"],
    [/iPad/, "iPad"],
    [/Android.*Mobile/, "Android phone"],
    [/Android/, "Android tablet"],
    [/Windows/, "Windows"],
    [/Macintosh/, "Mac"],
    [/CrOS/, "Chromebook"],
    [/Linux/, "Linux"],
  ];
  for (const [pattern, label] of known) {
    if (/** @type {RegExp} */ (pattern).test(userAgent)) return /** @type {string} */ (label);
  }
  return "";
}
