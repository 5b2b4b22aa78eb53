/** The time left to answer, by the server's clock (L2). */

import { interpolate, ngettext } from "../../platform/i18n.js";
import { clockText, LAST_SECONDS, untilNextSecond } from "../../room/countdown.js";
import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** Read aloud when so many seconds are left. */
const READ_ALOUD = new Set([30, 10]);

/** @param {Session} session */
export function showCountdown(session) {
  const place = byId("countdown");
  const digits = byId("countdown-digits");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let shown = -1;

  session.on(["state", "status"], show);
  // A page in the background may have slept.
  document.addEventListener("visibilitychange", show);
  show();

  function show() {
    clearTimeout(timer);
    const { stage, ends } = session.state.activity;
    const now = session.clock.now();
    const left = stage === "answer" && ends !== null ? session.clock.secondsLeft(ends) : null;
    place.hidden = left === null;
    if (left === null || ends === null) {
      shown = -1;
      return;
    }
    if (left !== shown) tell(left);
    const wait = untilNextSecond(ends, now);
    // A moment later, so that the second has surely changed.
    if (wait < Infinity) timer = setTimeout(show, wait + 5);
  }

  /** @param {number} left seconds */
  function tell(left) {
    digits.textContent = clockText(left);
    place.classList.toggle("is-ending", left <= LAST_SECONDS);
    // Not at once, but when it gets there.
    if (shown > left && READ_ALOUD.has(left)) announce(secondsSentence(left));
    shown = left;
  }
}

/** @param {number} count seconds */
function secondsSentence(count) {
  return interpolate(ngettext("%(count)s second left.", "%(count)s seconds left.", count), { count });
}

