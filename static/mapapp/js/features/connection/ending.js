import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** @type {Record<string, () => string>} */
const TITLES = {
  closed: () => gettext("This map is closed"),
  removed: () => gettext("You have been removed"),
  no_room: () => gettext("Map not found"),
  wrong_key: () => gettext("This link doesn't work"),
  nobody_new: () => gettext("Nobody new right now"),
  bad_pairing: () => gettext("This code doesn't work any more"),
  key_revoked: () => gettext("Remote disconnected"),
};
/** Ends that a reload cannot change. */
const FINAL = new Set(["closed", "removed", "no_room", "wrong_key", "bad_pairing", "key_revoked", "origin"]);

/** Not an end: the page connects by itself later, but until then it has no map to show. */
const WAITING = "nobody_new";

/**
 * Explains a connection that has ended for good, or waits at the door, and offers a way on.
 *
 * @param {Session} session
 * @param {(code: string) => boolean} [elsewhere] whether the page itself shows this end
 */
export function showEnding(session, elsewhere = () => false) {
  const ending = byId("ending");
  byId("ending-reload").addEventListener("click", () => location.reload());
  byId("ending-retry").addEventListener("click", () => session.retryNow());
  session.on("status", () => {
    const { name, code = "", message = "" } = session.status;
    const waits = name === "lost" && code === WAITING;
    const ended = waits || (name === "stopped" && code !== "" && !elsewhere(code));
    if (ended === !ending.hidden) return;
    ending.hidden = !ended;
    if (!ended) return;
    byId("ending-title").textContent = TITLES[code]?.() ?? gettext("Disconnected");
    byId("ending-text").textContent = code === "closed" ? afterClosing(session) : message;
    byId("ending-retry").hidden = !waits;
    byId("ending-reload").hidden = waits || FINAL.has(code);
    ending.focus();
  });
}

/** The text below a title that says already that the map is closed. @param {Session} session */
function afterClosing({ me }) {
  if (me.role !== "host") return gettext("Thanks for taking part.");
  return gettext(
    "Nobody can join any more. A big screen that is open keeps the result until its page is closed or reloaded.",
  );
}
