/**
 * `localStorage` that never throws: items that it refuses (it is full, forbidden,
 * or the window is private) stay in memory for as long as the page lives.
 */
export class SafeStorage {
  #storage;
  #onFailure;
  /** @type {Map<string, string>} the items that the storage refused */
  #memory = new Map();

  /**
   * @param {Storage | null} storage
   * @param {() => void} [onFailure] called whenever something could not be stored
   */
  constructor(storage, onFailure = () => {}) {
    this.#storage = storage;
    this.#onFailure = onFailure;
  }

  /**
   * @param {string} key
   * @returns {string | null}
   */
  get(key) {
    return this.#memory.get(key) ?? this.#attempt((storage) => storage.getItem(key)) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    const stored = this.#attempt((storage) => {
      storage.setItem(key, value);
      return true;
    });
    if (stored) {
      this.#memory.delete(key);
    } else {
      this.#memory.set(key, value);
      this.#onFailure();
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#memory.delete(key);
    this.#attempt((storage) => storage.removeItem(key));
  }

  /** Whether all items outlive the page. */
  get keeps() {
    return this.#storage !== null && this.#memory.size === 0;
  }

  /**
   * @param {string} prefix
   * @returns {string[]} the keys that begin with it
   */
  keys(prefix) {
    const stored = this.#attempt((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ""),
    );
    const keys = new Set([...(stored ?? []), ...this.#memory.keys()]);
    return [...keys].filter((key) => key.startsWith(prefix));
  }

  /**
   * @template T
   * @param {(storage: Storage) => T} action
   * @returns {T | undefined}
   */
  #attempt(action) {
    try {
      return this.#storage ? action(this.#storage) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** @returns {Storage | null} */
export function localStorageIfAllowed() {
  try {
    return localStorage;
  } catch {
    return null; // Cookies are forbidden, or the page is in a sandboxed frame.
  }
}
