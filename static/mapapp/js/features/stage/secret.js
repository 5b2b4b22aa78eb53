/** Tells people in so many words that nobody else sees their answer yet. */

import { byId } from "../../ui/dom.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** @param {Session} session of a participant */
export function tellWhetherHidden(session) {
  session.on("state", () => {
    const { hidden, activity, phase } = session.state;
    byId("secret").hidden = !hidden || phase === "closed" || activity.stage === "prepare";
  });
}
