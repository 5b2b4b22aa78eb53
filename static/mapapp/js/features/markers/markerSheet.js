/** The sheet of the chosen marker: its description, and the actions on it. */

import { gettext, interpolate } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";
import { markerTitle, placeText } from "./markerNames.js";
import { Sheet } from "../../ui/sheet.js";
import { offerColours, offerShapes, showChoice } from "./swatches.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../map/roomMap.js").RoomMap} RoomMap */
/** @typedef {import("../../protocol/messages.js").ChangeFields} ChangeFields */

export class MarkerSheet {
  #session;
  #map;
  #mayEdit;
  #mayMove;
  #removed;
  #sheet;
  #title = byId("marker-title");
  #label = byId("marker-label", HTMLInputElement);
  #shapes = byId("marker-shapes");
  #colours = byId("marker-colours");

  /**
   * @param {Session} session
   * @param {RoomMap} map
   * @param {object} rights
   * @param {(number: number) => boolean} rights.mayEdit label, look and removal
   * @param {(number: number) => boolean} rights.mayMove
   * @param {(number: number) => void} [rights.removed] tells of a removal, in place of this sheet
   */
  constructor(session, map, { mayEdit, mayMove, removed }) {
    this.#session = session;
    this.#map = map;
    this.#mayEdit = mayEdit;
    this.#mayMove = mayMove;
    this.#removed = removed;
    this.#sheet = new Sheet("marker-sheet", {
      closeButton: "marker-close",
      onClose: () => map.choose(null),
    });

    offerShapes(this.#shapes, (icon) => this.#edit({ icon }));
    offerColours(this.#colours, (colour) => this.#edit({ colour }));
    this.#label.addEventListener("change", () => this.#edit({ label: this.#label.value }));
    byId("marker-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#label.blur(); // Its change event saves, and a phone's keyboard goes away.
    });
    byId("marker-remove").addEventListener("click", () => this.#remove());
    for (const button of byId("marker-arrows").querySelectorAll("button")) {
      button.addEventListener("click", () => map.step(button.dataset.key ?? ""));
    }

    map.on("choose", (number) => {
      // A choice made with the keyboard goes on in the sheet.
      const byKeyboard = document.activeElement?.matches(":focus-visible") ?? false;
      this.#choose(number, byKeyboard);
    });
    session.on(["state", "me", "status"], () => this.#show());
  }

  get isOpen() {
    return this.#sheet.isOpen;
  }

  /**
   * @param {number | null} number
   * @param {boolean} focus
   */
  #choose(number, focus) {
    if (number === null) {
      this.#sheet.close();
      return;
    }
    const marker = this.#session.state.markers.get(number);
    this.#label.value = marker?.label ?? "";
    this.#show();
    this.#sheet.open(focus ? this.#title : undefined);
    this.#map.bringIntoView(number, this.#sheet.box);
  }

  #show() {
    const number = this.#map.chosen;
    const marker = number === null ? undefined : this.#session.state.markers.get(number);
    if (!marker) return;
    this.#title.textContent = markerTitle(this.#session, marker);
    const owner = this.#session.state.people.get(marker.owner);
    const holder = this.#session.state.people.get(marker.holder);
    const isMine = marker.holder === this.#session.me.person;
    byId("marker-place").textContent = [
      marker.holder && holder && !isMine
        ? interpolate(gettext("%(name)s is moving it"), { name: holder })
        : "",
      owner && marker.owner !== this.#session.me.person
        ? interpolate(gettext("by %(name)s"), { name: owner })
        : "",
      placeText(marker, this.#session.state.activity.surface),
    ]
      .filter(Boolean)
      .join(" · ");
    byId("marker-form").hidden = !this.#mayEdit(marker.number);
    byId("marker-remove").hidden = !this.#mayEdit(marker.number);
    byId("marker-arrows").hidden = !this.#mayMove(marker.number);
    if (document.activeElement !== this.#label) this.#label.value = marker.label;
    showChoice(this.#shapes, marker.icon);
    showChoice(this.#colours, marker.colour);
  }

  /** @param {ChangeFields} fields */
  async #edit(fields) {
    const number = this.#map.chosen;
    if (number === null) return;
    const answer = await this.#session.change("edit", { marker: number, ...fields });
    announce(answer.ok ? gettext("Saved.") : answer.message);
    if (!answer.ok) this.#show();
  }

  async #remove() {
    const number = this.#map.chosen;
    if (number === null) return;
    this.#map.choose(null);
    const answer = await this.#session.change("remove", { marker: number });
    if (answer.ok && this.#removed) this.#removed(number);
    else announce(answer.ok ? gettext("Marker removed.") : answer.message);
  }
}
