/** One's own result on the phone, as soon as it is revealed; a tap leaves only its first line. */

import { announce } from "../../ui/announcer.js";
import { byId, element } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";
import { contextOf } from "./context.js";
import { ownSentences, roomSentences } from "./words.js";

/** @import { Session } from "../../room/session.js" */

/** @param {Session} session */
export function showOwnResult(session) {
  const card = byId("your-result");
  const toggle = byId("your-result-toggle");
  const more = byId("your-result-more");
  // The activity and round of the last result that was read aloud.
  let announced = "";

  toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
  session.on(["state", "result"], show);
  show();

  /** @param {boolean} isOpen */
  function open(isOpen) {
    more.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  }

  function show() {
    const { activity } = session.state;
    const { own, room } = session.results;
    const isRevealed = activity.stage === "revealed";
    const context = contextOf(session);
    const mine = isRevealed && own ? ownSentences(own, context) : [];
    const rooms = isRevealed && room ? roomSentences(room, context) : [];
    const [first = "", ...others] = [...mine, ...rooms.slice(0, 1)];
    hide(card, first === "");
    if (card.hidden) {
      announced = "";
      return;
    }
    const at = `${activity.number} ${activity.round} ${mine.length > 0}`;
    if (at !== announced) {
      announced = at;
      open(true);
      announce([first, ...others].join(" "));
    }
    setText(byId("your-result-first"), first);
    const lines = byId("your-result-lines");
    const made = mine.slice(1).map((text) => element("li", {}, text));
    if (lines.textContent !== made.map((line) => line.textContent).join("")) {
      lines.replaceChildren(...made);
    }
    setText(byId("your-result-room"), mine.length > 0 ? (rooms[0] ?? "") : "");
  }
}

/**
 * Leaves an equal text alone, so that nobody hears it again.
 *
 * @param {HTMLElement} place
 * @param {string} text
 */
function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
