/** The drags of one session: those under a finger, and those cut short by a reload. */

import { refusal } from "../protocol/sentences.js";
import { RoomDrag } from "./roomDrag.js";

/**
 * @import { Answer } from "./outbox.js"
 * @import { RoomState } from "./state.js"
 * @import { Delivery } from "./delivery.js"
 * @import { Environment } from "./environment.js"
 * @import { KeptDrag } from "./keptChanges.js"
 * @import { ReconnectingSocket } from "./reconnectingSocket.js"
 * @import { RoomDragPort } from "./roomDrag.js"
 */

export class DragSet {
  /** Milliseconds between two moves, set by the server. */
  moveInterval = 100;
  #env;
  #line;
  #state;
  #delivery;
  #handlers;
  /** @type {Set<RoomDrag>} */
  #drags = new Set();
  /** @type {KeptDrag[]} */
  #cutShort = [];
  /** Whether the state is current, so that we know what we hold. */
  #current = false;
  /** @type {any} */
  #congestedTimer;

  /**
   * @param {Environment} env
   * @param {{ line: ReconnectingSocket, state: RoomState, delivery: Delivery }} room
   * @param {object} handlers
   * @param {() => void} handlers.changed the set of unsaved drags is different
   * @param {(answer: Answer) => void} handlers.refused a drag cut short by a reload
   * @param {() => number | null} handlers.me this person's number in the room
   */
  constructor(env, { line, state, delivery }, handlers) {
    this.#env = env;
    this.#line = line;
    this.#state = state;
    this.#delivery = delivery;
    this.#handlers = handlers;
  }

  /**
   * @param {number} marker
   * @returns {RoomDrag}
   */
  begin(marker) {
    let left = null;
    for (const earlier of this.#drags) {
      if (earlier.marker === marker) left = earlier.giveWay() ?? left;
    }
    const drag = new RoomDrag(this.#port(), marker, left);
    this.#drags.add(drag);
    return drag;
  }

  /** @returns {{ marker: number, lat: number, lng: number }[]} positions not yet in the outbox */
  get unsaved() {
    const underway = [];
    for (const { unsaved, marker } of this.#drags) {
      if (unsaved) underway.push({ marker, ...unsaved });
    }
    return [...this.#cutShort, ...underway];
  }

  /** @param {KeptDrag[]} drags left by closed pages */
  found(drags) {
    this.#cutShort.push(...drags);
    this.#handlers.changed();
  }

  /** The room's state has advanced. */
  check() {
    const isBack = !this.#current;
    this.#current = true;
    for (const drag of this.#drags) drag.check();
    if (isBack) this.#resume();
    this.#finishCutShort();
  }

  /**
   * This person has put a marker somewhere.
   *
   * @param {number} marker
   * @param {number} rev of that change
   */
  put(marker, rev) {
    for (const drag of this.#drags) if (drag.marker === marker) drag.follows(rev);
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

  /** Ends drags cut short by a reload, where the finger last was. */
  #finishCutShort() {
    this.#cutShort = this.#cutShort.filter((drag) => {
      const isDone = this.#finish(drag);
      if (isDone) this.#delivery.keepDrag(drag.marker, null, drag.client);
      return !isDone;
    });
  }

  /**
   * @param {KeptDrag} drag cut short by a reload
   * @returns {boolean} false while it has to wait
   */
  #finish({ marker, lat, lng, since = 0, epoch = "" }) {
    const { holder, grab } = this.#state.markers.get(marker) ?? { holder: -1, grab: 0 };
    const fields = { marker, lat, lng };
    // A revision of another epoch means nothing in this one.
    const seen = since && epoch === this.#state.epoch ? { since } : {};
    if (holder === 0) {
      this.#report(this.#delivery.send("place", fields, seen).answer);
    } else if (holder !== this.#handlers.me()) {
      // A marker that is gone by now, or held by somebody else, is left alone.
      const name = this.#state.people.get(holder);
      this.#handlers.refused(refusal(holder < 0 ? "no_marker" : "held", { name }));
    } else if (!since || grab === since) {
      this.#report(this.#delivery.send("drop", { ...fields, grab }).answer);
    } else {
      // This person holds it anew: on this page, where the new drag decides, or on another
      // page, or by a grab whose answer got lost. Once it is released the server decides.
      return [...this.#drags].some((drag) => drag.marker === marker);
    }
    return true;
  }

  /** @param {Promise<Answer>} answer */
  async #report(answer) {
    const result = await answer;
    if (!result.ok) this.#handlers.refused(result);
  }

  /**
   * The revision at which this person saw a marker's place. While somebody else holds the
   * marker it is the one before their grab, because their moves may not have been seen yet.
   *
   * @param {number} marker
   */
  #seen(marker) {
    const { holder = 0, grab = 0 } = this.#state.markers.get(marker) ?? {};
    return holder && holder !== this.#handlers.me() ? grab - 1 : this.#state.rev;
  }

  /** @returns {RoomDragPort} */
  #port() {
    return {
      env: this.#env,
      state: this.#state,
      moveInterval: () => this.moveInterval,
      seen: (marker) => this.#seen(marker),
      grab: (drag, since) => {
        const mayUndo = () => drag.mayUndo;
        return this.#delivery.send("grab", { marker: drag.marker }, { kept: false, since, mayUndo });
      },
      withdraw: (grabbing) => this.#delivery.withdraw(grabbing),
      change: (t, fields, since) => this.#delivery.send(t, fields, { since }).answer,
      move: (move) => this.#move(move),
      placed: (marker) => this.#delivery.placed(marker),
      keep: (marker, there) => this.#delivery.keepDrag(marker, there),
      changed: (drag) => {
        if (drag.state === "ended" || drag.state === "refused") this.#drags.delete(drag);
        this.#handlers.changed();
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
