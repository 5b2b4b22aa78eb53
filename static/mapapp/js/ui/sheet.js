import { closesWithBack } from "./backCloses.js";
import { byId } from "./dom.js";

/** The open sheets of the page, the newest last. @type {Set<Sheet>} */
const openSheets = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();
let isOneAtATime = false;

/** From now on, a sheet that opens takes the place of the one that is open. */
export function oneSheetAtATime() {
  isOneAtATime = true;
}

/** Closes what is open, as its user would. */
export function closeSheets() {
  for (const sheet of [...openSheets]) sheet.dismiss();
}

/** @param {() => void} listener called after a sheet has opened or closed */
export function onSheetsChange(listener) {
  listeners.add(listener);
}

/**
 * A panel over the lower part of the map. Not modal: the map stays usable.
 * Opening it moves the focus only on request, so that placing a marker does not
 * take the focus from the map.
 */
export class Sheet {
  #panel;
  #onClose;
  /** @type {Element | null} had the focus before */
  #cameFrom = null;
  #leftHistory = () => {};

  /**
   * @param {string} id
   * @param {object} options
   * @param {string} options.closeButton its id
   * @param {() => void} options.onClose its user has closed it
   */
  constructor(id, { closeButton, onClose }) {
    this.#panel = byId(id);
    this.#onClose = onClose;
    byId(closeButton).addEventListener("click", () => this.dismiss());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.dismiss();
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** The part of the page that it covers, in CSS pixels. */
  get box() {
    return this.#panel.getBoundingClientRect();
  }

  /** @param {HTMLElement} [focus] gets the focus */
  open(focus) {
    if (this.#panel.hidden) {
      if (isOneAtATime) closeSheets();
      this.#cameFrom = document.activeElement;
      this.#leftHistory = closesWithBack(() => this.dismiss());
    }
    this.#panel.hidden = false;
    openSheets.add(this);
    tellPage();
    focus?.focus({ preventScroll: true });
  }

  close() {
    if (this.#panel.hidden) return;
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    openSheets.delete(this);
    tellPage();
    this.#leftHistory();
    if (hadFocus && this.#cameFrom instanceof HTMLElement && this.#cameFrom.isConnected) {
      this.#cameFrom.focus({ preventScroll: true });
    }
  }

  /** Closes it as its user would. */
  dismiss() {
    this.close();
    this.#onClose();
  }
}

/** The style sheet hides a button that a sheet beside the map would half cover. */
function tellPage() {
  document.body.classList.toggle("has-sheet", document.querySelector(".sheet:not([hidden])") !== null);
  for (const tell of listeners) tell();
}
