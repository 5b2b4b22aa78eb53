/**
 * "Undo", for a while after a host's change (L3), instead of "are you sure?" before it. It changes
 * nothing that somebody else has changed since.
 */

import { gettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";
import { notice } from "../../ui/notices.js";

/**
 * @import { Session } from "../../room/session.js"
 * @import { Opposite } from "../../room/undo.js"
 */

/** How long it is offered (ms); longer while the pointer or the focus is on it. */
const STAYS = 8000;

/**
 * @param {Session} session
 * @returns {(sentence: string, opposite: Opposite) => void} says what has been done, and offers to
 *   undo it
 */
export function offersUndo(session) {
  const bar = byId("undo");
  const button = byId("undo-button");
  /** @type {Opposite | null} */
  let offered = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  button.addEventListener("click", undo);
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") withdraw();
  });
  for (const come of ["pointerenter", "focusin"]) bar.addEventListener(come, () => clearTimeout(timer));
  for (const leave of ["pointerleave", "focusout"]) bar.addEventListener(leave, wait);

  return (sentence, opposite) => {
    offered = opposite;
    byId("undo-text").textContent = sentence;
    bar.hidden = false;
    announce(sentence);
    wait();
  };

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(withdraw, STAYS);
  }

  function withdraw() {
    clearTimeout(timer);
    offered = null;
    hide(bar, true, () => byId("next"));
  }

  async function undo() {
    const opposite = offered;
    withdraw();
    if (!opposite) return;
    if (!opposite.fits(session.state)) {
      notice(gettext("Someone has changed it since, so it stays as it is."));
      return;
    }
    const answer = await session.change(opposite.t, opposite.fields);
    notice(answer.ok ? gettext("Undone.") : answer.message);
  }
}
