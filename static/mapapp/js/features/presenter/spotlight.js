/** One marker in the spotlight: the remote chooses it, and it pulses on the screen and on phones. */

import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";

/**
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * The button in the sheet of a marker.
 *
 * @param {Session} session of a host
 * @param {RoomMap} map
 */
export function offerSpotlight(session, map) {
  const button = byId("marker-spotlight");
  button.addEventListener("click", async () => {
    const marker = isOn() ? 0 : (map.chosen ?? 0);
    const answer = await session.change("spotlight", { marker });
    if (!answer.ok) notice(answer.message);
    else if (marker) notice(gettext("Everyone sees this marker pulse."));
  });
  map.on("choose", show);
  session.on("state", show);
  show();

  function isOn() {
    return map.chosen !== null && session.state.spotlight === map.chosen;
  }

  function show() {
    button.setAttribute("aria-pressed", String(isOn()));
  }
}
