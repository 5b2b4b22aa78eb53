/** Tells listeners when the page's colours change; ui/chosenColours.js lets people choose. */

/** @type {Set<() => void>} */
const listeners = new Set();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", coloursChanged);

/**
 * @param {() => void} listener called after the colours have changed
 */
export function onColoursChange(listener) {
  listeners.add(listener);
}

/** To be called after changing the colours. */
export function coloursChanged() {
  // A style sheet whose media has changed applies with the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => listeners.forEach((tell) => tell())));
}
