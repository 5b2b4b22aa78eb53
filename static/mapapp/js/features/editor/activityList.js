/** The list of activities: chosen by mouse, finger or arrow keys, and put into another order. */

import { gettext } from "../../platform/i18n.js";
import { element } from "../../ui/dom.js";
import { durationWords } from "./fields/common.js";
import { editedKind } from "./kinds/kinds.js";

/** @import { ActivityRow } from "../../protocol/activities.js" */

/**
 * @typedef {object} ListEvents
 * @property {(number: number) => void} open
 * @property {(number: number, to: number) => void} move to another place, from 0
 */

export class ActivityList {
  #list;
  #events;
  /** @type {Map<number, HTMLLIElement>} by the activity's number */
  #items = new Map();
  /** The numbers as they stand in the list. @type {number[]} */
  #order = [];
  #isDragging = false;
  /** The activity that was brought into view last. */
  #inView = 0;

  /**
   * @param {HTMLElement} list an `ol`
   * @param {ListEvents} events
   */
  constructor(list, events) {
    this.#list = list;
    this.#events = events;
    list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /**
   * @param {ActivityRow[]} activities
   * @param {number} open the one in the form
   * @param {number} current the one that the room is asked now
   */
  show(activities, open, current) {
    if (this.#isDragging) return;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    this.#order = activities.map(({ number }) => number);
    for (const [number, item] of this.#items) {
      if (this.#order.includes(number)) continue;
      item.remove();
      this.#items.delete(number);
    }
    activities.forEach((activity, index) => {
      const item = this.#itemOf(activity.number);
      describe(item, activity, index + 1, activity.number === current);
      const button = buttonOf(item);
      const isOpen = activity.number === open;
      item.classList.toggle("is-open", isOpen);
      if (isOpen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      // One stop for Tab; the arrow keys go on from there.
      button.tabIndex = isOpen || (index === 0 && !this.#order.includes(open)) ? 0 : -1;
      const there = this.#list.children[index];
      if (there !== item) this.#list.insertBefore(item, there ?? null);
    });
    if (open !== this.#inView) this.#items.get(open)?.scrollIntoView({ block: "nearest" });
    this.#inView = open;
    // An element that is put elsewhere loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus();
  }

  /** @param {number} number of the activity whose line gets the focus */
  focus(number) {
    const item = this.#items.get(number);
    if (item) buttonOf(item).focus();
  }

  /** @param {number} number @returns {HTMLLIElement} */
  #itemOf(number) {
    const known = this.#items.get(number);
    if (known) return known;
    const button = element(
      "button",
      { class: "activity-button", type: "button", "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown" },
      element("span", { class: "activity-place" }),
      " ",
      element(
        "span",
        { class: "activity-words" },
        element("span", { class: "activity-question", dir: "auto" }),
        " ",
        element("span", { class: "activity-kind" }),
      ),
    );
    button.addEventListener("click", () => this.#events.open(number));
    const grip = element("span", { class: "activity-grip", "aria-hidden": "true" }, "⠿");
    grip.addEventListener("pointerdown", (event) => this.#drag(event, number));
    const item = element("li", { class: "activity-item" }, button, grip);
    this.#items.set(number, item);
    return item;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const item = event.target instanceof Element ? event.target.closest("li") : null;
    const at = [...this.#list.children].findIndex((one) => one === item);
    if (at < 0) return;
    const last = this.#order.length - 1;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) {
      const to = at + step;
      const number = this.#order[at];
      if (number !== undefined && to >= 0 && to <= last) this.#events.move(number, to);
    } else if (step) {
      this.#focusAt(Math.max(0, Math.min(last, at + step)));
    } else if (event.key === "Home" || event.key === "End") {
      this.#focusAt(event.key === "Home" ? 0 : last);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {number} index */
  #focusAt(index) {
    const item = this.#list.children[index];
    if (!(item instanceof HTMLElement)) return;
    for (const one of this.#items.values()) buttonOf(one).tabIndex = one === item ? 0 : -1;
    buttonOf(item).focus();
  }

  /**
   * The line follows the pointer, and the others make way.
   *
   * @param {PointerEvent} down
   * @param {number} number
   */
  #drag(down, number) {
    const item = this.#items.get(number);
    const grip = down.currentTarget;
    if (!item || !(grip instanceof HTMLElement) || down.button !== 0) return;
    down.preventDefault();
    grip.setPointerCapture(down.pointerId);
    this.#isDragging = true;
    item.classList.add("is-dragged");
    /** @param {PointerEvent} move */
    const follow = ({ clientY }) => {
      // The others are moved: a line that is put elsewhere itself would lose the pointer.
      for (let above = item.previousElementSibling; above && clientY < middleOf(above); ) {
        item.after(above);
        above = item.previousElementSibling;
      }
      for (let below = item.nextElementSibling; below && clientY > middleOf(below); ) {
        item.before(below);
        below = item.nextElementSibling;
      }
    };
    const end = () => {
      grip.removeEventListener("pointermove", follow);
      item.classList.remove("is-dragged");
      this.#isDragging = false;
      const to = [...this.#list.children].indexOf(item);
      if (to !== this.#order.indexOf(number)) this.#events.move(number, to);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", end, { once: true });
  }
}

/** @param {Element} item */
function middleOf(item) {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}

/** @param {HTMLElement} item @returns {HTMLButtonElement} */
function buttonOf(item) {
  return /** @type {HTMLButtonElement} */ (item.firstElementChild);
}

/**
 * @param {HTMLElement} item
 * @param {ActivityRow} activity
 * @param {number} place from 1
 * @param {boolean} isCurrent
 */
function describe(item, { kind, question, settings }, place, isCurrent) {
  const words = [editedKind(kind).title()];
  if (settings?.hidden) words.push(gettext("hidden"));
  if (settings?.seconds) words.push(durationWords(settings.seconds));
  if (isCurrent) words.push(gettext("now on screen"));
  const set = (/** @type {string} */ name, /** @type {string} */ text) => {
    const part = item.querySelector(name);
    if (part && part.textContent !== text) part.textContent = text;
  };
  set(".activity-place", String(place));
  set(".activity-question", question || gettext("No question yet"));
  set(".activity-kind", words.join(" · "));
  item.classList.toggle("is-current", isCurrent);
}
