/** Hands on values in the order in which they came, though some of them take a moment. */
export class InOrder {
  /** The turn of the newest value that has not been handed on. @type {Promise<void> | null} */
  #last = null;

  /**
   * @template T
   * @param {T | Promise<T>} value a promise must not be rejected
   * @param {(value: T) => void} take called before this returns, unless the value, or one before
   *   it, takes a moment
   */
  put(value, take) {
    if (!this.#last && !(value instanceof Promise)) {
      take(value);
      return;
    }
    const turn = Promise.all([value, this.#last]).then(([it]) => {
      if (this.#last === turn) this.#last = null;
      try {
        take(it);
      } catch (error) {
        // As in any handler of an event: reported, and nothing else is held up.
        setTimeout(() => {
          throw error;
        });
      }
    });
    this.#last = turn;
  }
}
