/**
 * The result on the remote, for a presenter who stands with the back to the screen: its first
 * sentence above the big button, and a tap away what the screen shows besides. It opens by itself
 * at the reveal.
 */

import { announce } from "../../ui/announcer.js";
import { byId, element } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";
import { contextOf } from "./context.js";
import { shownBy } from "./panels/panels.js";
import { resultParts } from "./resultParts.js";

/** @import { Session } from "../../room/session.js" */

/** As many as the screen has. */
const SENTENCES = 3;

/** @param {Session} session */
export function showRemoteResult(session) {
  const card = byId("remote-result");
  const toggle = byId("remote-result-toggle");
  const more = byId("remote-result-more");
  /** The activity and round whose reveal has been shown. */
  let revealed = "";
  let isOpen = false;
  /** What hosts are told while answers are hidden is less than the result: that of the reveal has
   * at least this revision. */
  let since = 0;

  toggle.addEventListener("click", () => open(!isOpen));
  session.on(["state", "result"], show);
  show();

  /** @param {boolean} wanted */
  function open(wanted) {
    isOpen = wanted;
    toggle.setAttribute("aria-expanded", String(isOpen));
    more.hidden = !isOpen;
    byId("deck").classList.toggle("has-open-result", isOpen);
  }

  function show() {
    const { activity, hidden, rev } = session.state;
    const result = session.results.room;
    const isRevealed = activity.stage === "revealed";
    if (!isRevealed) since = hidden ? Infinity : 0;
    else if (since === Infinity) since = rev;
    const hasResult = result !== null && result.people > 0;
    if (!hasResult) {
      hide(card, true, () => byId("next"));
      open(false);
      revealed = "";
      return;
    }
    const [first, ...others] = resultParts(shownBy(result, contextOf(session)), SENTENCES);
    card.hidden = false;
    const sentence = first?.textContent ?? "";
    const line = byId("remote-result-first");
    if (line.textContent !== sentence) line.textContent = sentence;
    const made = element("div", {}, ...others);
    // A second later mostly the same: what has not changed stays for those who read it.
    if (!more.firstElementChild?.isEqualNode(made)) more.replaceChildren(made);
    const at = isRevealed && result.rev >= since ? `${activity.number} ${activity.round}` : "";
    if (at && at !== revealed) {
      open(true);
      announce([sentence, ...sentencesIn(others)].join(" "));
    }
    revealed = at;
  }
}

/** @param {HTMLElement[]} parts @returns {string[]} those beside bars and podium, which are read there */
function sentencesIn(parts) {
  return parts.filter(({ localName }) => localName === "p").map(({ textContent }) => textContent ?? "");
}
