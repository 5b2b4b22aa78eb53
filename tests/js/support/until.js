/** Waiting on a state, never on a time. */

const PATIENCE = 20_000;

/**
 * @template T
 * @param {string | (() => string)} what for the message when it never happens
 * @param {() => T} condition
 * @returns {Promise<T>} what the condition returned, once it is truthy
 */
export async function until(what, condition) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const result = condition();
    if (result) return result;
    if (performance.now() > deadline) {
      throw new Error(`never happened: ${typeof what === "string" ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/**
 * @param {{ once: Function }} target
 * @param {string} event
 * @returns {Promise<any>} the event's first detail
 */
export function once(target, event) {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error(`never happened: ${event}`));
    const deadline = setTimeout(tooLate, PATIENCE);
    deadline.unref();
    target.once(event, (detail) => {
      clearTimeout(deadline);
      resolve(detail);
    });
  });
}
