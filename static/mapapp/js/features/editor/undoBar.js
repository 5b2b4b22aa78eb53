/** What has just been taken out, and the way back. */

import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";

/** Where undoing is the browser's own: in a field. */
const FIELDS = "input, textarea, select";

export class UndoBar {
  #bar = byId("undo-bar");
  #text = byId("undo-text");
  #button = byId("undo-button");
  /** @type {(() => void) | null} */
  #undo = null;

  constructor() {
    this.#button.addEventListener("click", () => this.#run());
    byId("undo-close").addEventListener("click", () => this.hide());
    addEventListener("keydown", (event) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      const isInField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
      if (!isUndo || isInField || !this.#undo) return;
      event.preventDefault();
      this.#run();
    });
  }

  /**
   * @param {string} sentence
   * @param {() => void} [undo] without it there is no way back
   */
  offer(sentence, undo) {
    this.#undo = undo ?? null;
    announce(sentence);
    this.#text.textContent = sentence;
    this.#button.hidden = !undo;
    this.#bar.hidden = false;
  }

  hide() {
    this.#undo = null;
    hide(this.#bar, true, () => byId("form-title"));
    this.#text.textContent = "";
  }

  #run() {
    const undo = this.#undo;
    this.hide();
    undo?.();
  }
}
