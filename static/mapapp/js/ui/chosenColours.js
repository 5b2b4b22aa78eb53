/**
 * The device decides between light and dark, unless somebody has chosen here: a
 * projector with washed-out colours may need the other one.
 */

import { pageStorage } from "../platform/pageStorage.js";
import { coloursChanged } from "./theme.js";

const STORED = "livemap:colours";

/** Applies an earlier choice in this browser. */
export function applyChosenColours() {
  const chosen = pageStorage.get(STORED);
  if (chosen) show(chosen === "dark");
}

export function toggleColours() {
  const dark = !matchMedia(darkSheet().media).matches;
  pageStorage.set(STORED, dark ? "dark" : "light");
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
