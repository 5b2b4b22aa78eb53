/** Where the room is in its flow, for everybody who looks at the screen. */

import { gettext } from "../../platform/i18n.js";
import { kindOf } from "../../room/kinds/kinds.js";
import { byId } from "../../ui/dom.js";
import { answeredText } from "../flow/flowWords.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** @param {Session} session of a screen */
export function showFlow(session) {
  session.on(["state", "presence"], show);
  show();

  function show() {
    const { state, presence } = session;
    const isOver = state.phase === "closed";
    const counts = !kindOf(state.activity).isEverybodys && state.activity.stage !== "prepare";
    const isAnswered = counts && (presence.people > 0 || presence.answered > 0);
    byId("stage").textContent = stageText(session);
    byId("answered").textContent = isAnswered ? answeredText(presence.answered, presence.people) : "";
    byId("flow").hidden = !session.ready || isOver;
  }
}

/** @param {Session} session @returns {string} empty where it goes without saying */
function stageText({ state }) {
  switch (state.activity.stage) {
    case "prepare":
      return gettext("Answers open in a moment");
    case "answer":
      return state.hidden ? gettext("Answers are hidden until the presenter reveals them") : "";
    case "closed":
      return state.hidden
        ? gettext("Answers are closed, and hidden until the presenter reveals them")
        : "";
    default:
      return "";
  }
}
