import { announce } from "./announcer.js";
import { byId } from "./dom.js";

/** How long a notice stays on the map, in milliseconds. */
const STAYS = 6000;

const hint = byId("hint");
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Shows and announces a sentence about the person's last action. If the hint
 * already says the same, the hint stands out instead.
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
 * Shows the next thing to do, under the question. A notice with the same sentence
 * ends when the hint changes.
 *
 * @param {string} sentence
 */
export function showHint(sentence) {
  const before = hint.textContent;
  if (before === sentence) return;
  hint.textContent = sentence;
  const place = byId("notice");
  // A refusal may arrive before the change that caused it.
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
