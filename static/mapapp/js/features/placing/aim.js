/**
 * Placing without tapping or dragging: by a list where the surface has zones, elsewhere by the name
 * of a place, or by moving the map under a fixed target.
 */

import { isOnEarth } from "../../room/activity.js";
import { gettext } from "../../platform/i18n.js";
import { laterPart } from "../../platform/laterPart.js";
import { closesWithBack } from "../../ui/backCloses.js";
import { byId } from "../../ui/dom.js";
import { mapStop } from "../../ui/hide.js";
import { ZoneList } from "./zoneList.js";

/**
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * @param {Session} session
 * @param {RoomMap} map
 * @param {(place: {lat: number, lng: number}) => void} onPlace
 */
export function offerAim(session, map, onPlace) {
  const button = byId("aim-button");
  const bar = byId("aim-bar");
  const place = byId("aim-place");
  let leftHistory = () => {};
  let isAiming = false;
  /** The number of the activity that it was opened in. */
  let openedIn = 0;

  const zones = new ZoneList(session, (spot) => {
    show(false);
    onPlace(spot);
  });

  const searching = laterPart(async () => {
    const { searchPlace } = await import("./searchPlace.js");
    searchPlace(byId("aim-search-field", HTMLInputElement), (there, view) => {
      show(false);
      map.showView(view);
      onPlace(there);
    });
    return true;
  });

  /** @param {boolean} aiming */
  function show(aiming) {
    const hadFocus = bar.contains(document.activeElement);
    const hasZones = aiming && zones.show();
    isAiming = aiming;
    openedIn = session.state.activity.number;
    document.body.classList.toggle("is-aiming", aiming && !hasZones);
    document.body.classList.toggle("is-choosing", hasZones);
    byId("aim-spot").hidden = place.hidden = hasZones;
    byId("zone-go").hidden = !hasZones;
    bar.hidden = !aiming;
    leftHistory();
    if (!aiming) {
      // Where answers are closed there is no such button.
      if (hadFocus) (button.hidden ? mapStop() : button)?.focus({ preventScroll: true });
      return;
    }
    leftHistory = closesWithBack(() => show(false));
    if (hasZones) {
      zones.focus();
    } else {
      offerSearch();
      place.focus({ preventScroll: true });
    }
  }

  /** Where names are no secret, a place can be named. */
  async function offerSearch() {
    const { activity } = session.state;
    const search = byId("aim-search");
    search.hidden = !isOnEarth(activity) || !activity.surface.names;
    // Without a connection the target is still there.
    if (!search.hidden) search.hidden = (await searching()) === null;
  }

  function showButton() {
    const { zones: list = [] } = session.state.activity.surface;
    const words = document.getElementById("aim-words");
    if (words) words.textContent = list.length > 0 ? gettext("Choose one") : gettext("Place precisely");
    // What was to be answered is no longer asked.
    if (isAiming && openedIn !== session.state.activity.number) show(false);
  }

  button.addEventListener("click", () => show(true));
  byId("aim-cancel").addEventListener("click", () => show(false));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  place.addEventListener("click", () => {
    show(false);
    onPlace(map.centre());
  });
  session.on("state", ({ snapshot }) => snapshot && showButton());
  showButton();
}
