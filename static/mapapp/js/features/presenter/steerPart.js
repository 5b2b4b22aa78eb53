/** The remote shows the room a part of the map: on the screen, to everybody, or as where it begins. */

import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { offerView } from "../deck/tabs.js";

/**
 * @import { ChangeFields, ChangeType } from "../../protocol/messages.js"
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * @param {Session} session
 * @param {RoomMap} map
 */
export function offerPart(session, map) {
  const sheet = offerView("part");
  byId("part-screen").addEventListener("click", () =>
    change("camera", { area: map.shownArea() }, gettext("The screen shows this part of the map.")),
  );
  byId("part-everyone").addEventListener("click", () =>
    change("camera", { area: map.shownArea(), everyone: true }, gettext("Everyone is invited to come here.")),
  );
  byId("part-end").addEventListener("click", () =>
    change("camera", {}, gettext("The screen has its own view back.")),
  );
  byId("part-open").addEventListener("click", () => {
    const { number, surface } = session.state.activity;
    change(
      "revise",
      { activity: number, value: { surface: { ...surface, view: map.roomView() } } },
      gettext("The question opens here from now on."),
    );
  });
  session.on("state", show);
  show();

  function show() {
    byId("part-end").hidden = session.state.camera === null;
    byId("part-button").setAttribute("aria-pressed", String(session.state.camera !== null));
  }

  /**
   * @param {ChangeType} t
   * @param {ChangeFields} fields
   * @param {string} done
   */
  async function change(t, fields, done) {
    sheet.dismiss();
    const answer = await session.change(t, fields);
    notice(answer.ok ? done : answer.message);
  }
}
