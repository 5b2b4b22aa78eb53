/**
 * Keeps the scene in line with the session: where each marker is, whose it is, who moves it,
 * and changes by this page's user that are not yet in the room's state.
 */

import { MarkerView } from "./markers/markerScene.js";

/**
 * @import { Change } from "../protocol/messages.js"
 * @import { Session } from "../room/session.js"
 * @import { MarkerScene } from "./markers/markerScene.js"
 */

/** @typedef {{ lat: number, lng: number, colour?: number, icon?: number }} Coming a new marker */

export class SceneSync {
  /** @type {number | null} the marker that this page's user has chosen */
  chosen = null;
  /** Where a tap is about to put a marker. @type {{lat: number, lng: number} | null} */
  preview = null;
  /** The markers that are drawn as one's own.
   * @type {Set<number>} */
  own = new Set();
  #session;
  #scene;
  #isOwn;
  #handlers;

  /**
   * @param {Session} session
   * @param {MarkerScene} scene
   * @param {(number: number) => boolean} isOwn whether it is drawn as one's own
   * @param {object} handlers
   * @param {() => void} handlers.moved only positions have changed
   * @param {() => void} handlers.marked the look or the set of markers may have changed
   * @param {() => void} handlers.chosenGone the chosen marker has been removed
   */
  constructor(session, scene, isOwn, handlers) {
    this.#session = session;
    this.#scene = scene;
    this.#isOwn = isOwn;
    this.#handlers = handlers;
  }

  /** Shows the present state, and from now on every change. */
  start() {
    const session = this.#session;
    session.on("state", ({ changes, snapshot }) => {
      if (snapshot) this.#showAll();
      else changes.forEach((change) => this.#show(change));
      this.mark();
    });
    session.on("moves", (moves) => {
      const now = performance.now();
      const mayBePlacedHere = session.unsaved > 0;
      for (const [number, lat, lng] of moves) {
        if (mayBePlacedHere && this.#placedHere(number)) continue;
        this.#scene.move(number, lat, lng, now);
      }
      this.#handlers.moved();
    });
    session.on(["saved", "status", "me"], () => this.mark());
    this.#showAll();
    this.mark();
  }

  /** Updates each marker's look: whose it is, who moves it, whether it is saved. */
  mark() {
    const { state, me } = this.#session;
    // With a connection saving takes a moment, and a flicker helps nobody.
    const unsaved = this.#session.unsaved > 0 && this.#session.status.name !== "live";
    if (this.chosen !== null && !state.markers.has(this.chosen)) {
      this.chosen = null;
      this.#handlers.chosenGone();
    }
    this.own.clear();
    for (const [number, drawn] of this.#scene.markers) {
      const holder = state.markers.get(number)?.holder ?? 0;
      drawn.holder = holder && holder !== me.person ? (state.people.get(holder) ?? "") : "";
      drawn.own = this.#isOwn(number);
      drawn.chosen = number === this.chosen;
      drawn.unsaved = unsaved && this.#session.isUnsaved(number);
      if (drawn.own) this.own.add(number);
    }
    /** @type {Coming[]} */
    const coming = [...this.#session.pendingAdds, ...(this.preview ? [this.preview] : [])];
    this.#scene.pending = coming.map(({ lat, lng, colour = 0, icon = 0 }) =>
      Object.assign(new MarkerView(0, lat, lng), { own: true, unsaved: true, colour, icon }),
    );
    this.#handlers.marked();
  }

  /**
   * A drag by this page's user has been stored or refused: either way the marker is from now
   * on where the room's state has it.
   *
   * @param {number} number
   */
  settle(number) {
    const marker = this.#session.state.markers.get(number);
    if (marker && !this.#placedHere(number)) this.#scene.put(marker, performance.now(), true);
    this.mark();
  }

  #showAll() {
    this.#scene.reset(this.#session.state.markers.values());
    for (const number of this.#scene.markers.keys()) this.#showPlacedHere(number);
  }

  /** @param {Change} change */
  #show({ marker: number }) {
    if (number === undefined) return;
    const marker = this.#session.state.markers.get(number);
    if (!marker) this.#scene.remove(number);
    else this.#scene.put(marker, performance.now(), !this.#placedHere(number));
    this.#showPlacedHere(number);
  }

  /**
   * Where this person has put a marker, until the room's state shows it there.
   *
   * @param {number} number
   */
  #placedHere(number) {
    return this.#session.unsaved ? this.#session.pendingPosition(number) : null;
  }

  /** @param {number} number */
  #showPlacedHere(number) {
    const there = this.#placedHere(number);
    const drawn = this.#scene.markers.get(number);
    if (there && drawn && !drawn.hand) drawn.snap(there.lat, there.lng);
  }
}
