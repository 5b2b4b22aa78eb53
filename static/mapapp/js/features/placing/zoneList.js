/**
 * The zones of a surface as a list to choose from: for those who cannot see where they lie, or
 * would rather not drag.
 */

import { gettext } from "../../platform/i18n.js";
import { freeSpot, isInZone } from "../../room/zones.js";
import { byId, element } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";

/**
 * @import { Zone } from "../../protocol/activities.js"
 * @import { Session } from "../../room/session.js"
 */

export class ZoneList {
  #session;
  #onChoice;
  #form = byId("zone-form", HTMLFormElement);
  #options = byId("zone-options");

  /**
   * @param {Session} session
   * @param {(spot: {lat: number, lng: number}) => void} onChoice with a free spot in the zone
   */
  constructor(session, onChoice) {
    this.#session = session;
    this.#onChoice = onChoice;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#choose();
    });
    // A finger has chosen with its tap; the arrow keys, which click, too, only look for the zone.
    this.#options.addEventListener("click", (event) => {
      if (event.detail > 0 && event.target instanceof HTMLInputElement) this.#choose();
    });
  }

  /** @returns {boolean} whether there is a list: then it is shown as it is now */
  show() {
    const { question, surface } = this.#session.state.activity;
    const { zones = [] } = surface;
    this.#form.hidden = zones.length === 0;
    byId("zone-question").textContent = question;
    const own = this.#ownMarkers();
    this.#options.replaceChildren(
      ...zones.map((zone) => this.#option(zone, own.some((marker) => isInZone(zone, marker)))),
    );
    return zones.length > 0;
  }

  focus() {
    const options = [...this.#options.querySelectorAll("input")];
    (options.find(({ checked }) => checked) ?? options[0])?.focus({ preventScroll: true });
  }

  /**
   * @param {Zone} zone
   * @param {boolean} isOwn whether one stands in it
   */
  #option({ id, label }, isOwn) {
    const input = element("input", { type: "radio", name: "zone", value: id, checked: isOwn });
    const here = isOwn ? element("span", { class: "soft" }, gettext("You are here")) : "";
    return element("label", { class: "zone-option" }, input, element("bdi", {}, label), here);
  }

  #choose() {
    const chosen = new FormData(this.#form).get("zone");
    const { zones = [] } = this.#session.state.activity.surface;
    const zone = zones.find(({ id }) => id === chosen);
    if (!zone) {
      notice(gettext("Choose one first."));
      return;
    }
    const own = new Set(this.#ownMarkers());
    const others = [...this.#session.state.markers.values()].filter((marker) => !own.has(marker));
    this.#onChoice(freeSpot(zone, others, Math.random));
  }

  #ownMarkers() {
    const { me, state } = this.#session;
    return [...state.markers.values()].filter(({ owner }) => owner !== 0 && owner === me.person);
  }
}
