/**
 * Elements for a few markers: one's own, and the chosen one. They have a name and
 * can be focused; the markers themselves are drawn on the canvas below.
 */

import { gettext } from "../../platform/i18n.js";
import { stepOf } from "./steps.js";

/** @typedef {import("../markers/markerScene.js").MarkerView} MarkerView */
/** @typedef {import("./steps.js").Steps} Steps */

export class Handles {
  #list = document.createElement("div");
  /** @type {Map<number, HTMLButtonElement>} */
  #buttons = new Map();
  #steps;
  #choose;
  #nameOf;
  #onFocusLost;
  #help;

  /**
   * @param {HTMLElement} container of the map
   * @param {object} options
   * @param {Steps} options.steps
   * @param {(number: number) => void} options.choose
   * @param {(number: number) => string} options.nameOf a marker's name and place
   * @param {() => void} options.onFocusLost the marker that had the focus is gone
   */
  constructor(container, { steps, choose, nameOf, onFocusLost }) {
    this.#steps = steps;
    this.#choose = choose;
    this.#nameOf = nameOf;
    this.#onFocusLost = onFocusLost;
    this.#list.className = "marker-handles";
    this.#help = document.createElement("span");
    this.#help.id = "marker-handle-help";
    this.#help.hidden = true;
    this.#help.textContent = gettext(
      "Arrow keys move it; Shift makes larger steps. Enter drops it; Escape puts it back.",
    );
    this.#list.append(this.#help);
    // First in the map: one's own marker comes first in the tab order.
    container.prepend(this.#list);
  }

  /**
   * @param {Iterable<number>} numbers the markers that have a handle now
   * @param {number | null} chosen
   */
  show(numbers, chosen) {
    const wanted = new Set(numbers);
    for (const [number, button] of this.#buttons) {
      if (wanted.has(number)) continue;
      const hadFocus = button === document.activeElement;
      button.remove();
      this.#buttons.delete(number);
      // The focus goes on from the map, not from the top of the page.
      if (hadFocus) this.#onFocusLost();
    }
    for (const number of wanted) {
      const button = this.#buttons.get(number) ?? this.#add(number);
      button.setAttribute("aria-label", this.#nameOf(number));
      button.setAttribute("aria-pressed", String(number === chosen));
    }
  }

  /** Puts each handle where its marker has just been drawn. @param {Map<number, MarkerView>} markers */
  follow(markers) {
    for (const [number, button] of this.#buttons) {
      const drawn = markers.get(number);
      button.hidden = !drawn;
      if (drawn) button.style.transform = `translate(${drawn.px}px, ${drawn.py}px)`;
    }
  }

  /** @param {number} number */
  #add(number) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "marker-handle";
    button.dataset.marker = String(number);
    button.setAttribute("aria-describedby", this.#help.id);
    button.addEventListener("keydown", (event) => this.#onKey(event, number));
    button.addEventListener("blur", () => this.#steps.drop());
    button.addEventListener("click", (event) => {
      // With a finger or a mouse the map itself finds the marker. This is for
      // screen readers and keyboards, whose clicks have no place.
      if (event.detail === 0) {
        event.stopPropagation();
        this.#choose(number);
      }
    });
    this.#buttons.set(number, button);
    this.#list.append(button);
    return button;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} number
   */
  #onKey(event, number) {
    const step = stepOf(event.key, event.shiftKey);
    if (step) this.#steps.move(number, ...step);
    else if (event.key === "Enter" && this.#steps.moving) this.#steps.drop();
    else if (event.key === "Escape" && this.#steps.moving) this.#steps.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
