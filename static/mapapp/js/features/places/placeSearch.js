/**
 * A field that finds places by name: the combobox with a list of ARIA 1.2, for keyboard,
 * mouse and finger. Its look is css/features/places/place-search.css.
 *
 *     const search = new PlaceSearch(byId("place", HTMLInputElement));
 *     search.on("choose", (place) => map.show(viewOf(place)));
 *
 * The field needs a label and a parent of its own: the list appears below it.
 */

import { Emitter } from "../../platform/emitter.js";
import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { element } from "../../ui/dom.js";
import { PlaceQuery } from "./placeQuery.js";
import { findPlaces, placeWords } from "./places.js";

/** @import { Found, Place } from "./places.js" */

/**
 * `choose`: a place was chosen, and the field has its name. `clear`: the field was emptied.
 * @typedef {object} PlaceSearchEvents
 * @property {[place: Place]} choose
 * @property {[]} clear
 */

/** Distinguishes the lists of a page. */
let count = 0;

/** @extends {Emitter<PlaceSearchEvents>} */
export class PlaceSearch extends Emitter {
  /** The place whose name the field shows, unless something else has been typed since.
   * @type {Place | null} */
  chosen = null;
  #field;
  #query;
  #popup;
  #list;
  #note;
  #status;
  /** @type {Place[]} in the list */
  #places = [];
  /** The option that Enter chooses; -1 for none. */
  #active = -1;

  /**
   * @param {HTMLInputElement} field
   * @param {object} [options]
   * @param {typeof findPlaces} [options.find]
   */
  constructor(field, { find = findPlaces } = {}) {
    super();
    count += 1;
    this.#field = field;
    const id = `places-${count}`;
    this.#list = element("ul", { class: "place-list", role: "listbox", id, "aria-label": gettext("Places") });
    this.#note = element("p", { class: "place-note" });
    this.#popup = element(
      "div",
      { class: "place-popup", hidden: true },
      this.#list,
      this.#note,
      element("p", { class: "place-credit" }, gettext("Places: GeoNames, CC BY 4.0")),
    );
    this.#status = element("p", { class: "visually-hidden", role: "status" });
    const parent = /** @type {HTMLElement} */ (field.parentElement);
    parent.classList.add("place-search");
    field.after(this.#popup, this.#status);
    const attributes = {
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "words",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    this.#query = new PlaceQuery({ find, show: (_query, found) => this.#show(found) });
    this.#listen();
  }

  /** Shows this text as chosen already. @param {string} text */
  set text(text) {
    this.#query.forget();
    this.#field.value = text;
    this.#close();
  }

  /** Empties the field, as if its user had done it. */
  clear() {
    this.text = "";
    this.chosen = null;
    this.emit("clear");
  }

  /**
   * The place meant by the field's present text: the chosen one, or else the best match.
   *
   * @returns {Promise<{ place: Place | null, problem: string }>} no place for an empty field, and
   *   none with a sentence where there is no such place
   */
  async settle() {
    const text = this.#field.value.trim();
    if (text === "" || this.chosen) return { place: this.chosen, problem: "" };
    const { place, problem } = await this.#query.best(text);
    if (place) this.#choose(place);
    return { place, problem: place ? "" : problem || noneSentence(text) };
  }

  #listen() {
    const field = this.#field;
    field.addEventListener("input", () => {
      this.chosen = null;
      if (field.value.trim() === "") this.clear();
      else this.#query.type(field.value);
    });
    field.addEventListener("keydown", (event) => this.#onKey(event));
    field.addEventListener("blur", () => {
      this.#query.forget();
      this.#close();
    });
    // A press on the list leaves the focus in the field, and the phone's keyboard where it is.
    this.#popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      const place = option && this.#places[[...this.#list.children].indexOf(option)];
      if (place) this.#choose(place);
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.#popup.hidden;
    const last = this.#places.length - 1;
    if (event.key === "ArrowDown") {
      if (!isOpen) this.#query.type(this.#field.value);
      this.#activate(this.#active >= last ? 0 : this.#active + 1);
    } else if (event.key === "ArrowUp") {
      this.#activate(this.#active <= 0 ? last : this.#active - 1);
    } else if (event.key === "Enter" && isOpen && this.#places.length > 0) {
      const place = this.#places[Math.max(0, this.#active)];
      if (place) this.#choose(place);
    } else if (event.key === "Escape" && isOpen) {
      this.#query.forget();
      this.#close();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {Found} found */
  #show({ places, problem }) {
    const text = this.#field.value.trim();
    if (text === "" || this.chosen) {
      this.#close();
      return;
    }
    this.#places = places;
    this.#list.replaceChildren(...places.map((place, index) => this.#option(place, index)));
    this.#list.hidden = places.length === 0;
    this.#note.textContent = problem || (places.length === 0 ? noneSentence(text) : "");
    this.#activate(-1);
    this.#popup.hidden = false;
    this.#field.setAttribute("aria-expanded", String(places.length > 0));
    this.#status.textContent =
      this.#note.textContent ||
      interpolate(ngettext("%(count)s place found.", "%(count)s places found.", places.length), {
        count: places.length,
      });
  }

  /**
   * @param {Place} place
   * @param {number} index
   */
  #option(place, index) {
    const { name, where, population } = place;
    const people =
      population > 0
        ? interpolate(ngettext("%(count)s person", "%(count)s people", population), {
            count: population.toLocaleString(document.documentElement.lang || "en"),
          })
        : "";
    return element(
      "li",
      { role: "option", id: `${this.#list.id}-${index}`, "aria-selected": "false" },
      element("span", { class: "place-name", dir: "auto" }, name),
      " ",
      element("span", { class: "place-where" }, [where, people].filter(Boolean).join(" · ")),
    );
  }

  /** @param {number} index of the option that Enter chooses; -1 for none */
  #activate(index) {
    this.#active = index < this.#places.length ? index : -1;
    [...this.#list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.#active));
    });
    const option = this.#list.children[this.#active];
    if (option) {
      this.#field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.#field.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {Place} place */
  #choose(place) {
    this.text = placeWords(place);
    this.chosen = place;
    this.#status.textContent = placeWords(place);
    this.emit("choose", place);
  }

  #close() {
    this.#popup.hidden = true;
    this.#places = [];
    this.#list.replaceChildren();
    this.#activate(-1);
    this.#field.setAttribute("aria-expanded", "false");
  }
}

/** @param {string} text */
function noneSentence(text) {
  return interpolate(gettext("No place called “%(text)s” was found."), { text });
}
