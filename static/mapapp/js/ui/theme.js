/** Light and dark, as the page is now. ui/chosenColours.js lets somebody choose. */

/** @type {Set<() => void>} */
const listeners = new Set();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", coloursChanged);

/**
 * @param {() => void} listener called after the colours have changed
 */
export function onColoursChange(listener) {
  listeners.add(listener);
}

/** To be called by whoever has changed them. */
export function coloursChanged() {
  // A style sheet whose media has changed applies with the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => listeners.forEach((tell) => tell())));
}
