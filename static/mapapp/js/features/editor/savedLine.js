/** Whether everything on the page is stored, in the page's head. */

import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";

/**
 * @import { Session } from "../../room/session.js"
 * @import { Plan } from "./plan.js"
 */

/**
 * @param {Session} session
 * @param {Plan} plan
 */
export function showSavedLine(session, plan) {
  const line = byId("saved-line");
  plan.on("changed", show);
  session.on(["saved", "status"], show);
  // What is typed is stored a moment later; a page that is closed before asks first.
  addEventListener("beforeunload", (event) => {
    plan.flush();
    if (session.unsaved > 0 && !session.keeps) event.preventDefault();
  });
  show();

  function show() {
    const isSaved = session.unsaved === 0 && !plan.isUnsaved;
    if (session.status.name === "stopped") tell("", "");
    else if (plan.hasComplaints) tell("unsaved", gettext("Something needs your attention"));
    else if (isSaved) tell("saved", session.ready ? gettext("All saved ✓") : "");
    else if (session.status.name === "live") tell("waiting", gettext("Saving…"));
    else tell("unsaved", gettext("Not saved yet. We'll save it as soon as you're back online."));
  }

  /** @param {string} state @param {string} words */
  function tell(state, words) {
    line.hidden = words === "";
    line.dataset.state = state;
    if (line.textContent !== words) line.textContent = words;
  }
}
