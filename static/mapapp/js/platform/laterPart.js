/**
 * A part of a page that comes when it is first needed, and is started once.
 *
 * @template T
 * @param {() => Promise<T>} bring imports it and starts it
 * @returns {() => Promise<T | null>} what `bring` has made; null if it did not come, for want of
 *   a connection: the next call tries again
 */
export function laterPart(bring) {
  /** @type {Promise<T> | null} */
  let coming = null;
  return async () => {
    coming ??= bring();
    try {
      return await coming;
    } catch {
      coming = null;
      return null;
    }
  };
}
