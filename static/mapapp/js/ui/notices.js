import { announce } from "./announcer.js";
import { byId } from "./dom.js";

/** How long a notice stays on the map, in milliseconds. */
const STAYS = 6000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * A sentence that concerns what somebody has just done, for eyes and ears.
 *
 * @param {string} sentence
 */
export function notice(sentence) {
  announce(sentence);
  const place = byId("notice");
  place.textContent = sentence;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.hidden = true;
  }, STAYS);
}
