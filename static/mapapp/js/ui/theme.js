/**
 * Light and dark. The device decides, unless somebody has chosen here: a
 * projector with washed-out colours wants the other one.
 */

import { readStored, writeStored } from "./browserStorage.js";

const STORED = "livemap:colours";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** @type {Set<() => void>} */
const listeners = new Set();
prefersDark.addEventListener("change", tellListeners);

/** @returns {boolean} whether the page is dark now */
export function isDark() {
  return matchMedia(darkSheet().media).matches;
}

/** Applies what was chosen in this browser earlier. */
export function applyChosenColours() {
  const chosen = readStored(STORED);
  if (chosen) show(chosen === "dark");
}

export function toggleColours() {
  const dark = !isDark();
  writeStored(STORED, dark ? "dark" : "light");
  show(dark);
}

/**
 * @param {() => void} listener called after the colours have changed
 */
export function onColoursChange(listener) {
  listeners.add(listener);
}

/** @param {boolean} dark */
function show(dark) {
  darkSheet().media = dark ? "all" : "not all";
  tellListeners();
}

function tellListeners() {
  // A style sheet whose media has changed applies with the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => listeners.forEach((listener) => listener())));
}

function darkSheet() {
  return /** @type {HTMLLinkElement} */ (document.getElementById("dark-colours"));
}
