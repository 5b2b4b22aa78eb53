/**
 * The result of the room beside the map: a sentence to say aloud, bars or a podium, and more
 * sentences. The same stands as text and as tables in the sheet (resultTable.js).
 */

import { announce } from "../../ui/announcer.js";
import { byId, element } from "../../ui/dom.js";
import { contextOf } from "./context.js";
import { shownBy } from "./panels/panels.js";
import { resultParts } from "./resultParts.js";

/**
 * @import { Session } from "../../room/session.js"
 * @import { Shown } from "./panels/panel.js"
 */

/** The sheet has all. While people answer, the first one is enough. */
const SENTENCES = 3;

/**
 * Shows the result in this card as long as there is one, and reads its first sentence to those who
 * listen once it is revealed.
 *
 * @param {Session} session
 * @param {string} id of the card's element
 */
export function showResult(session, id) {
  const card = byId(id);
  let revealed = "";
  session.on(["state", "result"], show);

  function show() {
    const { activity } = session.state;
    const result = session.results.room;
    const isRevealed = activity.stage === "revealed";
    // Before the first answer the screen says that it waits for it.
    card.hidden = result === null || result.people === 0;
    // The panel that it is in makes room for it.
    card.parentElement?.classList.toggle("has-result", result !== null && isRevealed);
    if (!result) return;
    const shown = shownBy(result, contextOf(session));
    fill(card, shown, isRevealed ? SENTENCES : 1);
    const at = isRevealed ? `${activity.number} ${activity.round}` : "";
    if (at && at !== revealed) {
      announce(shown.flatMap(({ sentences }) => sentences).slice(0, SENTENCES).join(" "));
    }
    revealed = at;
  }
}

/**
 * @param {HTMLElement} card
 * @param {Shown[]} shown
 * @param {number} most sentences
 */
function fill(card, shown, most) {
  const made = element("div", {}, ...resultParts(shown, most));
  // A second later mostly the same: what has not changed stays for those who select or read it.
  if (card.firstElementChild?.isEqualNode(made)) return;
  card.replaceChildren(made);
}
