/** Parts of the street map's file, by HTTP ranges. */

/** How long (ms) to wait before asking whether the server is there again. */
const AGAIN = 5000;

/**
 * A source for the reader of the file. While the server or the network is away, it waits, and
 * one request after the other asks for all: the reader would keep a failure.
 */
export class RangeSource {
  #url;
  /** Resolved when the server answers again; null while it does. @type {Promise<void> | null} */
  #away = null;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  getKey() {
    return this.#url;
  }

  /**
   * @param {number} offset
   * @param {number} length in bytes
   * @param {AbortSignal} [_signal] of the reader's own, which never gives up
   * @param {string} [etag] of the parts that were read before
   * @returns {Promise<{ data: ArrayBuffer, etag: string | undefined }>}
   * @throws {Error} when there is no such part, or it is another file now
   */
  async getBytes(offset, length, _signal, etag) {
    for (;;) {
      await this.#away;
      const found = await this.#ask(offset, length);
      if (found && etag && found.etag !== etag) throw new Error("The street map has been replaced.");
      if (found) return found;
      this.#away ??= this.#back();
    }
  }

  /**
   * @param {number} offset
   * @param {number} length
   * @returns {Promise<{ data: ArrayBuffer, etag: string | undefined } | null>} null without a
   *   network or a server
   */
  async #ask(offset, length) {
    // An address for each part: a browser's cache fetches the parts of one address one by one.
    const url = `${this.#url}&from=${offset}`;
    const headers = { Range: `bytes=${offset}-${offset + length - 1}` };
    const answer = await fetch(url, { headers }).catch(() => null);
    if (!answer || answer.status >= 500) return null;
    if (!answer.ok) throw new Error(`Street map: ${answer.status}`);
    const data = await answer.arrayBuffer().catch(() => null);
    return data && { data, etag: answer.headers.get("ETag") ?? undefined };
  }

  async #back() {
    let isThere = false;
    while (!isThere) {
      await new Promise((again) => setTimeout(again, AGAIN));
      isThere = await fetch(this.#url, { method: "HEAD" }).then(
        ({ status }) => status < 500,
        () => false,
      );
    }
    this.#away = null;
  }
}
