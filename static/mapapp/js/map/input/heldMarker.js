/**
 * A marker in this person's own hand. On their map it follows only the hand until
 * the room's state shows where it was put down: otherwise it would jump back and
 * forth while the answer is under way.
 */

/** @typedef {import("../../room/roomDrag.js").RoomDrag} RoomDrag */
/** @typedef {import("../../room/outbox.js").Answer} Answer */
/** @typedef {import("../markers/markerScene.js").MarkerView} MarkerView */
/** @typedef {{ lat: number, lng: number }} Place */

export class HeldMarker {
  #drawn;
  #drag;
  #redraw;
  #onSurface;

  /**
   * @param {MarkerView} drawn
   * @param {RoomDrag} drag
   * @param {object} events
   * @param {() => void} events.redraw
   * @param {(place: Place) => Place} events.onSurface the place that it can have, nearest to one
   * @param {(answer: Answer) => void} events.settled once, when it is stored or refused
   */
  constructor(drawn, drag, { redraw, settled, onSurface }) {
    this.#drawn = drawn;
    this.#drag = drag;
    this.#redraw = redraw;
    this.#onSurface = onSurface;
    drawn.hand = this;
    drawn.raised = true;
    drag.on(["ended", "refused"], (answer) => {
      this.#letGo();
      settled(answer);
    });
    redraw();
  }

  get number() {
    return this.#drawn.number;
  }

  /** Whether it is still in the hand: not put down, and not refused. */
  get held() {
    return this.#drawn.hand === this && this.#drawn.raised;
  }

  /**
   * @param {number} lat degrees
   * @param {number} lng degrees
   */
  to(lat, lng) {
    if (!this.held) return;
    const place = this.#onSurface({ lat, lng });
    this.#drawn.snap(place.lat, place.lng);
    this.#drag.to(place.lat, place.lng);
    this.#redraw();
  }

  /** Puts it down where it is. */
  drop() {
    if (!this.held) return;
    this.#drawn.raised = false;
    const at = this.#drag.latest;
    if (at) this.#drag.drop(at.lat, at.lng);
    else this.#drag.cancel();
    this.#redraw();
  }

  /** Puts it back where it was. */
  cancel() {
    if (!this.held) return;
    this.#drawn.raised = false;
    this.#drag.cancel();
    const back = this.#drag.latest;
    if (back) this.#drawn.snap(back.lat, back.lng);
    this.#redraw();
  }

  #letGo() {
    if (this.#drawn.hand !== this) return; // lifted again in the meantime
    this.#drawn.hand = null;
    this.#drawn.raised = false;
    this.#redraw();
  }
}
