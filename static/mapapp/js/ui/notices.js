import { announce } from "./announcer.js";
import { byId } from "./dom.js";

/** How long a notice stays on the map, in milliseconds. */
const STAYS = 6000;

const hint = byId("hint");
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * A sentence that concerns what somebody has just done, for eyes and ears.
 * Where it is what the hint says already, the hint stands out instead.
 *
 * @param {string} sentence
 */
export function notice(sentence) {
  announce(sentence);
  show(sentence);
  clearTimeout(timer);
  timer = setTimeout(withdraw, STAYS);
}

/**
 * What to do now, under the question. A notice that has said the same is over
 * when that is no longer so.
 *
 * @param {string} sentence
 */
export function showHint(sentence) {
  const before = hint.textContent;
  if (before === sentence) return;
  hint.textContent = sentence;
  const place = byId("notice");
  // The refusal may come before the change that is its reason.
  if (!place.hidden && place.textContent === sentence) show(sentence);
  else if (hint.classList.contains("is-stressed")) withdraw();
}

/** @param {string} sentence */
function show(sentence) {
  const place = byId("notice");
  const isHint = hint.textContent === sentence;
  place.textContent = sentence;
  place.hidden = isHint;
  hint.classList.toggle("is-stressed", isHint);
}

function withdraw() {
  byId("notice").hidden = true;
  hint.classList.remove("is-stressed");
}
