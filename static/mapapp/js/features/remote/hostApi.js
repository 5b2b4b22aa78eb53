/**
 * What only a host may ask for over HTTP (docs/PROTOCOL.md, section 8). The key goes in a
 * header, so that it is in no address and no log (promise A1).
 */

/** @typedef {{ pairing: string, url: string, expires_in_seconds: number }} Pairing */
/** @typedef {{ key: number, label: string, made: string, used: string | null, yours: boolean }} HostKey */

/** The key does not steer this map, or not any more. */
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
   * A one-time code for another remote.
   *
   * @returns {Promise<Pairing>}
   */
  async newPairing() {
    return this.#ask("POST", "pairings");
  }

  /**
   * Whom `expel` would remove.
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
   * @param {string} method
   * @param {string} what
   * @returns {Promise<any>}
   * @throws {NotAHost} or another error where the server cannot be reached
   */
  async #ask(method, what) {
    const answer = await fetch(`/api/rooms/${this.#code}/${what}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}` },
      cache: "no-store",
    });
    if (answer.status === 403) throw new NotAHost();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
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
 * What other hosts see in the list of remotes, as this browser says it.
 *
 * @param {string} userAgent
 * @returns {string} empty if it says nothing that a person would know
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
