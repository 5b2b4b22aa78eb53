/** Announces events to people who do not see the page (WCAG 4.1.3). */

import { byId } from "./dom.js";

const region = byId("announcer");

/** @param {string} sentence */
export function announce(sentence) {
  // The same sentence twice is two announcements only if the text changes in between.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
