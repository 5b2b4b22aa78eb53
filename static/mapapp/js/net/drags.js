/** The drags of one session: those under a finger, and those that a reload cut short. */

import { Drag } from "./drag.js";

/**
 * @import { Answer } from "../state/outbox.js"
 * @import { RoomState } from "../state/room.js"
 * @import { Delivery } from "./delivery.js"
 * @import { Environment } from "./environment.js"
 * @import { KeptDrag } from "./keptChanges.js"
 * @import { Lifeline } from "./lifeline.js"
 * @import { DragPort } from "./drag.js"
 */

export class Drags {
  /** Milliseconds between two moves, as the server asks. */
  moveInterval = 100;
  #env;
  #line;
  #state;
  #delivery;
  #changed;
  /** @type {Set<Drag>} */
  #drags = new Set();
  /** @type {KeptDrag[]} */
  #cutShort = [];
  /** Whether the state is current, so that we know what we hold. */
  #current = false;
  /** @type {any} */
  #congestedTimer;

  /**
   * @param {Environment} env
   * @param {{ line: Lifeline, state: RoomState, delivery: Delivery }} room
   * @param {() => void} changed what is unsaved has changed
   */
  constructor(env, { line, state, delivery }, changed) {
    this.#env = env;
    this.#line = line;
    this.#state = state;
    this.#delivery = delivery;
    this.#changed = changed;
  }

  /**
   * @param {number} marker
   * @returns {Drag}
   */
  begin(marker) {
    let left = null;
    for (const earlier of this.#drags) {
      if (earlier.marker === marker) left = earlier.giveWay() ?? left;
    }
    const drag = new Drag(this.#port(), marker, left);
    this.#drags.add(drag);
    return drag;
  }

  /** @returns {{ marker: number, lat: number, lng: number }[]} positions not even in the outbox */
  get unsaved() {
    const underway = [];
    for (const { unsaved, marker } of this.#drags) {
      if (unsaved) underway.push({ marker, ...unsaved });
    }
    return [...this.#cutShort, ...underway];
  }

  /** @param {KeptDrag[]} drags left by pages that are gone */
  found(drags) {
    this.#cutShort.push(...drags);
    this.#changed();
  }

  /**
   * The room's state has come forward.
   *
   * @param {number | null} me this person's number
   */
  check(me) {
    const isBack = !this.#current;
    this.#current = true;
    for (const drag of this.#drags) drag.check();
    if (isBack) this.#resume();
    this.#finishCutShort(me);
  }

  connectionLost() {
    this.#current = false;
    this.#env.clearTimeout(this.#congestedTimer);
  }

  /** The page may be gone in a moment. */
  keep() {
    for (const drag of this.#drags) drag.keep();
  }

  /** @param {Answer} answer why none of them can go on */
  refuse(answer) {
    for (const drag of this.#drags) drag.refuse(answer);
  }

  #resume() {
    for (const drag of this.#drags) drag.resume();
  }

  /**
   * Ends drags that a reload cut short, where the finger last was.
   *
   * @param {number | null} me
   */
  #finishCutShort(me) {
    for (const { client, marker, lat, lng } of this.#cutShort.splice(0)) {
      const { holder, grab } = this.#state.markers.get(marker) ?? {};
      // A marker that is gone or in somebody else's hand by now is left alone.
      if (holder === 0) this.#delivery.send("place", { marker, lat, lng });
      else if (holder === me) this.#delivery.send("drop", { marker, grab, lat, lng });
      this.#delivery.keepDrag(marker, null, client);
    }
  }

  /** @returns {DragPort} */
  #port() {
    return {
      env: this.#env,
      state: this.#state,
      moveInterval: () => this.moveInterval,
      grab: (marker) => this.#delivery.send("grab", { marker }, { kept: false }),
      withdraw: (grabbing) => this.#delivery.withdraw(grabbing),
      change: (t, fields) => this.#delivery.send(t, fields).answer,
      move: (move) => this.#move(move),
      placed: (marker) => this.#delivery.placed(marker),
      keep: (marker, there) => this.#delivery.keepDrag(marker, there),
      changed: (drag) => {
        if (drag.state === "ended" || drag.state === "refused") this.#drags.delete(drag);
        this.#changed();
      },
    };
  }

  /**
   * @param {{ marker: number, grab: number, lat: number, lng: number }} move
   * @returns {boolean} whether it went out
   */
  #move(move) {
    if (!this.#current) return false;
    if (this.#line.congested) {
      this.#env.clearTimeout(this.#congestedTimer);
      this.#congestedTimer = this.#env.setTimeout(() => this.#resume(), this.moveInterval);
      return false;
    }
    this.#line.send({ t: "move", ...move });
    return true;
  }
}
