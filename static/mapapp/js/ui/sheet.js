import { closesWithBack } from "./backCloses.js";
import { byId } from "./dom.js";

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
    byId(closeButton).addEventListener("click", () => this.#closed());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#closed();
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
      this.#cameFrom = document.activeElement;
      this.#leftHistory = closesWithBack(() => this.#closed());
    }
    this.#panel.hidden = false;
    tellPage();
    focus?.focus({ preventScroll: true });
  }

  close() {
    if (this.#panel.hidden) return;
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    tellPage();
    this.#leftHistory();
    if (hadFocus && this.#cameFrom instanceof HTMLElement && this.#cameFrom.isConnected) {
      this.#cameFrom.focus({ preventScroll: true });
    }
  }

  #closed() {
    this.close();
    this.#onClose();
  }
}

/** Tells the style sheet, which hides a button that a sheet beside the map would half cover. */
function tellPage() {
  document.body.classList.toggle("has-sheet", document.querySelector(".sheet:not([hidden])") !== null);
}
