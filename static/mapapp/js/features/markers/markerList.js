/**
 * All markers as one list, with a single tab stop however many there are.
 *
 * Nothing moves under a finger: while the list is open, new markers join at the
 * end, and removed ones stay in place, crossed out.
 */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { colourOf } from "../../map/markers/palette.js";
import { byId, element } from "../../ui/dom.js";
import { markerTitle } from "./markerNames.js";
import { Sheet } from "../../ui/sheet.js";
import { markerPicture } from "./swatches.js";

/** The most that are shown at once: searching is quicker than scrolling. */
const SHOWN = 200;

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../room/state.js").Marker} Marker */

export class MarkerList {
  #session;
  #onChoice;
  #sheet;
  #button = byId("list-button");
  #list = byId("list");
  #search = byId("list-search", HTMLInputElement);
  /** @type {Map<number, HTMLElement>} */
  #options = new Map();
  #active = 0;
  /** The number of the activity whose markers it has. */
  #filledIn = 0;

  /**
   * @param {Session} session
   * @param {(number: number) => void} onChoice
   */
  constructor(session, onChoice) {
    this.#session = session;
    this.#onChoice = onChoice;
    this.#sheet = new Sheet("list-sheet", {
      closeButton: "list-close",
      onClose: () => this.close(),
    });
    this.#button.addEventListener("click", () => (this.#sheet.isOpen ? this.close() : this.open()));
    this.#search.addEventListener("input", () => this.#fill());
    this.#list.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option instanceof HTMLElement) this.#choose(Number(option.dataset.marker));
    });
    session.on("state", () => this.#update());
    this.#update();
  }

  open() {
    this.#button.setAttribute("aria-expanded", "true");
    this.#search.value = "";
    this.#fill();
    this.#sheet.open(this.#list);
  }

  close() {
    this.#button.setAttribute("aria-expanded", "false");
    this.#sheet.close();
  }

  #update() {
    const { markers, activity } = this.#session.state;
    byId("marker-count").textContent = String(markers.size);
    if (!this.#sheet.isOpen) return;
    if (this.#filledIn !== activity.number) {
      // Another question: what was listed has gone with the one before.
      this.#fill();
      return;
    }
    for (const [number, option] of this.#options) {
      const marker = markers.get(number);
      option.classList.toggle("is-gone", !marker);
      option.setAttribute("aria-disabled", String(!marker));
      if (marker) this.#describe(option, marker);
    }
    for (const marker of markers.values()) {
      if (!this.#options.has(marker.number) && this.#matches(marker)) this.#add(marker);
    }
    this.#tellMore();
  }

  /** Fills the list again, for the present search. */
  #fill() {
    this.#list.replaceChildren();
    this.#options.clear();
    this.#filledIn = this.#session.state.activity.number;
    for (const marker of this.#session.state.markers.values()) {
      if (this.#matches(marker)) this.#add(marker);
    }
    this.#activate(this.#options.keys().next().value ?? 0);
    this.#tellMore();
  }

  /** @param {Marker} marker */
  #add(marker) {
    if (this.#options.size >= SHOWN) return;
    const { number } = marker;
    const option = element("li", {
      role: "option",
      id: `marker-option-${number}`,
      "data-marker": String(number),
      "aria-selected": "false",
    });
    this.#describe(option, marker);
    this.#options.set(number, option);
    this.#list.append(option);
  }

  /**
   * @param {HTMLElement} option
   * @param {Marker} marker
   */
  #describe(option, marker) {
    const title = markerTitle(this.#session, marker);
    const owner = this.#session.state.people.get(marker.owner) ?? "";
    const text = `${title}|${owner}|${marker.icon}|${marker.colour}`;
    if (option.dataset.text === text) return;
    option.dataset.text = text;
    option.replaceChildren(
      markerPicture(marker.icon, colourOf(marker.colour).hex),
      element("bdi", {}, title),
      element("bdi", { class: "detail" }, owner && `${owner} · `, String(marker.number)),
    );
  }

  /** @param {Marker} marker */
  #matches(marker) {
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    if (!wanted) return true;
    const owner = this.#session.state.people.get(marker.owner) ?? "";
    return (
      String(marker.number) === wanted ||
      `${markerTitle(this.#session, marker)}\n${owner}`.toLocaleLowerCase().includes(wanted)
    );
  }

  #tellMore() {
    const matching = [...this.#session.state.markers.values()].filter((marker) =>
      this.#matches(marker),
    );
    const more = matching.length - SHOWN;
    byId("list-more").textContent =
      matching.length === 0
        ? gettext("No markers found.")
        : more > 0
          ? interpolate(
              ngettext(
                "%(count)s more: search to find it.",
                "%(count)s more: search to find them.",
                more,
              ),
              { count: more },
            )
          : "";
  }

  /** @param {number} number */
  #activate(number) {
    const before = this.#options.get(this.#active);
    before?.classList.remove("is-active");
    before?.setAttribute("aria-selected", "false");
    const option = this.#options.get(number);
    this.#active = option ? number : 0;
    option?.classList.add("is-active");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#list.setAttribute("aria-activedescendant", option.id);
    else this.#list.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const numbers = [...this.#options.keys()];
    const at = numbers.indexOf(this.#active);
    const last = numbers.length - 1;
    /** @type {Record<string, number>} */
    const target = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: last,
      PageDown: at + 10,
      PageUp: at - 10,
    };
    const index = target[event.key];
    if (index !== undefined) this.#activate(numbers[Math.max(0, Math.min(last, index))] ?? 0);
    else if (event.key === "Enter" || event.key === " ") this.#choose(this.#active);
    else return;
    event.preventDefault();
  }

  /** @param {number} number */
  #choose(number) {
    if (!this.#session.state.markers.has(number)) return;
    this.close();
    this.#onChoice(number);
  }
}
