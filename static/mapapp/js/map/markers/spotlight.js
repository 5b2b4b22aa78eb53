/** A ring that pulses around one marker; drawn by the style sheet, above the canvas. */

/** @typedef {import("./markerScene.js").MarkerView} MarkerView */

export class Spotlight {
  /** The marker, or 0. */
  marker = 0;
  #ring = document.createElement("div");

  /** @param {HTMLElement} container of the map */
  constructor(container) {
    this.#ring.className = "spotlight";
    this.#ring.hidden = true;
    container.append(this.#ring);
  }

  /** Follows where its marker has just been drawn. @param {Map<number, MarkerView>} markers */
  follow(markers) {
    const drawn = this.marker ? markers.get(this.marker) : undefined;
    this.#ring.hidden = !drawn;
    if (drawn) this.#ring.style.transform = `translate(${drawn.px}px, ${drawn.py}px)`;
  }
}
