/**
 * The device decides between light and dark, unless somebody has chosen here:
 * a projector with washed-out colours wants the other one.
 */

import { readStored, writeStored } from "./browserStorage.js";
import { coloursChanged } from "./theme.js";

const STORED = "livemap:colours";

/** Applies what was chosen in this browser earlier. */
export function applyChosenColours() {
  const chosen = readStored(STORED);
  if (chosen) show(chosen === "dark");
}

export function toggleColours() {
  const dark = !matchMedia(darkSheet().media).matches;
  writeStored(STORED, dark ? "dark" : "light");
  show(dark);
}

/** @param {boolean} dark */
function show(dark) {
  darkSheet().media = dark ? "all" : "not all";
  coloursChanged();
}

function darkSheet() {
  return /** @type {HTMLLinkElement} */ (document.getElementById("dark-colours"));
}
