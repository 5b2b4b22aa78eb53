import { gettext, interpolate } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * Shows the state of the connection unless it is live, and what happens next.
 *
 * @param {Session} session
 */
export function showConnection(session) {
  const banner = byId("banner");
  const text = byId("banner-text");
  const next = byId("banner-next");
  const tryNow = byId("try-now");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let countdown;

  tryNow.addEventListener("click", () => session.retryNow());
  session.on("status", show);
  show();

  function show() {
    const { name, code, message, retryAt } = session.status;
    clearInterval(countdown);
    // At a closed door ending.js says more.
    banner.hidden = name === "live" || name === "stopped" || code === "nobody_new";
    // The live region is emptied too, so that the same trouble is announced again later.
    text.textContent = banner.hidden ? "" : (message ?? gettext("Connecting…"));
    const waits = name === "lost" && retryAt !== undefined;
    tryNow.hidden = !waits;
    next.textContent = name === "lost" ? gettext("Connecting…") : "";
    if (waits) {
      countDown(retryAt);
      countdown = setInterval(() => countDown(retryAt), 1000);
    }
  }

  /** @param {number} retryAt milliseconds since 1970 */
  function countDown(retryAt) {
    const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
    next.textContent = interpolate(gettext("Retrying in %(seconds)s s."), { seconds });
  }
}
