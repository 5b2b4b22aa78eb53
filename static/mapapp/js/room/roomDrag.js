/**
 * One drag of a marker: grab, moves while held, drop (H1).
 *
 * The finger does not wait for the network. Positions are gathered until the
 * grab is acknowledged, and moves go out only while the marker is held. When
 * the hold ends under the finger (20 s without a move, or a connection that
 * was gone for long), the next position takes hold again; a drop without a
 * hold becomes a `place`. What is done after the finger was lifted is done
 * only if nobody else has moved the marker since: what others did later is
 * not undone. A hold that the host has ended is the end of the drag, too; where
 * nothing tells who has ended it, taking hold again is left to the server, on
 * condition that nobody has moved the marker.
 */

import { position } from "../protocol/coordinates.js";
import { refusal } from "../protocol/sentences.js";
import { Emitter } from "../platform/emitter.js";
import { Pacer } from "./pacer.js";

/**
 * @import { ChangeFields, ChangeType } from "../protocol/messages.js"
 * @import { Answer } from "./outbox.js"
 * @import { RoomState } from "./state.js"
 * @import { Delivered } from "./delivery.js"
 * @import { Environment } from "./environment.js"
 */

/**
 * What a drag needs from its session.
 * @typedef {object} RoomDragPort
 * @property {Pick<Environment, "now" | "setTimeout" | "clearTimeout">} env
 * @property {RoomState} state
 * @property {() => number} moveInterval milliseconds between two moves, as the server asks now
 * @property {(marker: number) => number} seen the revision that this person had seen of the
 *   marker's place
 * @property {(drag: RoomDrag, since: number) => Delivered} grab
 * @property {(grabbing: Delivered) => boolean} withdraw whether the grab had never been sent
 * @property {(move: { marker: number, grab: number, lat: number, lng: number }) => boolean} move
 *   whether it went out
 * @property {(t: ChangeType, fields: ChangeFields, since?: number) => Promise<Answer>} change
 * @property {(marker: number, left: Left | null) => void} keep
 *   keeps where the marker has got to, for a reload; null: no longer needed
 * @property {(marker: number) => { lat: number, lng: number } | null} placed
 *   where a change on its way puts the marker; null where none does
 * @property {(drag: RoomDrag) => void} changed
 */

/**
 * Where a drag has left the marker, which is meant for where it was at this revision.
 * @typedef {{ lat: number, lng: number, since: number }} Left
 */

/**
 * What it tells: one of these, once, and none of a drag that gives way to the next one of the
 * same marker. `refused`: somebody else holds the marker, it is gone, the map is locked …
 * `ended`: the drop is stored, and the room's state shows it.
 * @typedef {{ refused: [answer: Answer], ended: [answer: Answer] }} RoomDragEvents
 */

/** @extends {Emitter<RoomDragEvents>} */
export class RoomDrag extends Emitter {
  /** The marker's number. */
  marker;
  /** @type {"grabbing" | "held" | "refused" | "ended"} */
  state = "grabbing";
  /** Where it was and, once it has been moved, where it is: WGS 84 degrees. */
  #start;
  /** @type {{ lat: number, lng: number } | null} */
  #latest = null;
  #port;
  #pacer;
  /** @type {any} */
  #timer;
  /** The revision of the present hold; 0 without one. */
  #grab = 0;
  /** Whether that has ended in a way which a snapshot does not tell: the host may have ended it. */
  #mayBeTaken = false;
  /** What this drag builds upon: its last hold's revision, or what was seen before the first. */
  #since;
  /** @type {Delivered | null} a grab that has no answer yet */
  #grabbing = null;
  /** @type {Promise<Answer> | null} the answer to the drop */
  #dropped = null;
  /** Whether the drop has gone the way of all changes, which then keeps it. */
  #handedOver = false;
  /** @type {Answer | null} the drop's answer, until the room's state shows it */
  #stored = null;

  /**
   * @param {RoomDragPort} port
   * @param {number} marker
   * @param {Left | null} left by a drag that gave way to this one
   */
  constructor(port, marker, left) {
    super();
    this.#port = port;
    this.marker = marker;
    this.#pacer = new Pacer(port.moveInterval);
    const found = port.state.markers.get(marker);
    const { lat, lng } = left ?? port.placed(marker) ?? found ?? { lat: 0, lng: 0 };
    this.#start = { lat, lng };
    this.#latest = left && { lat, lng };
    this.#since = left?.since ?? port.seen(marker);
    if (found) this.#take();
    // Nobody can listen before the constructor has returned.
    else queueMicrotask(() => this.refuse(refusal("no_marker")));
  }

  /** The newest position under the finger, or null while it is where it was. */
  get latest() {
    return this.#latest;
  }

  /** Whether it is over, apart from an answer that may be due. */
  get over() {
    return this.#dropped !== null || this.state === "refused" || this.state === "ended";
  }

  /** Whether taking hold (again) may undo what others did. */
  get mayUndo() {
    return this.over || this.#mayBeTaken;
  }

  /**
   * The marker is here now.
   *
   * @param {number} lat degrees
   * @param {number} lng degrees, wrapped into the one round of the world
   */
  to(lat, lng) {
    if (this.over) return;
    this.#latest = position(lat, lng);
    this.#pacer.offer();
    this.#pump();
    this.#port.changed(this);
  }

  /**
   * Puts the marker down.
   *
   * @param {number} lat degrees
   * @param {number} lng degrees
   * @returns {Promise<Answer>} once it is stored or refused
   */
  drop(lat, lng) {
    return this.over ? this.#outcome() : this.#finish(position(lat, lng));
  }

  /** Puts the marker back where it was. */
  cancel() {
    if (this.over) return;
    const untouched = !this.#latest && !this.#grab;
    if (untouched && (!this.#grabbing || this.#port.withdraw(this.#grabbing))) {
      this.#end(this.#nothingToDo());
    } else {
      this.#finish(this.#start);
    }
  }

  /**
   * Another drag of this page takes the marker: it has the last word now.
   *
   * @returns {Left | null} what this one still had to say of it
   */
  giveWay() {
    const left = this.unsaved;
    if (this.#handedOver || this.#isDone) return null;
    this.state = "ended";
    this.#dropped ??= Promise.resolve(this.#nothingToDo());
    this.#close();
    return left;
  }

  /** @returns {Left | null} where it is, while nothing else keeps that */
  get unsaved() {
    if (this.#handedOver || this.#isDone || !this.#latest) return null;
    return { ...this.#latest, since: this.#since };
  }

  /**
   * This person has put the marker somewhere before: that is in the way of nothing here.
   *
   * @param {number} rev of that change
   */
  follows(rev) {
    this.#since = Math.max(this.#since, rev);
  }

  /** The page may be gone in a moment: keep the newest position. */
  keep() {
    if (this.unsaved) this.#port.keep(this.marker, this.unsaved);
  }

  /** The connection is back and the room's state is current: others get to see where it is. */
  resume() {
    if (this.over || !this.#latest) return;
    this.#pacer.offer();
    this.#pump();
  }

  /** The room's state has changed. */
  check() {
    const { state } = this.#port;
    const marker = state.markers.get(this.marker);
    if (this.#stored) {
      if (this.#stored.ok && state.rev >= this.#stored.rev) this.#end(this.#stored);
    } else if (!this.over && !marker) {
      this.refuse(refusal("no_marker"));
    } else if (this.#grab && state.rev >= this.#grab && marker?.grab !== this.#grab) {
      const isTaken = marker?.taken === this.#grab;
      this.#mayBeTaken = state.snapshotRev >= this.#grab;
      this.#grab = 0;
      if (this.over) return;
      if (isTaken) this.refuse(refusal("taken"));
      else this.state = "grabbing";
    }
  }

  /** @param {Answer} answer why it cannot go on */
  refuse(answer) {
    if (this.#isDone) return;
    this.state = "refused";
    this.#dropped ??= Promise.resolve(answer);
    this.#close();
    this.emit("refused", answer);
  }

  /** Sends what is due, or waits until it is. */
  #pump() {
    this.#port.env.clearTimeout(this.#timer);
    if (this.over || !this.#latest) return;
    const now = this.#port.env.now();
    const due = this.#pacer.due(now);
    if (due === Infinity) return;
    if (due > 0) {
      this.#timer = this.#port.env.setTimeout(() => this.#pump(), due);
      return;
    }
    this.#pacer.sent(now);
    this.keep();
    if (this.#grab) {
      const gone = this.#port.move({ marker: this.marker, grab: this.#grab, ...this.#latest });
      if (!gone) this.#pacer.offer();
    } else if (!this.#grabbing) {
      this.#take();
    }
  }

  #take() {
    const grabbing = this.#port.grab(this, this.#since);
    this.#grabbing = grabbing;
    this.state = "grabbing";
    grabbing.answer.then((answer) => {
      if (this.#grabbing === grabbing) this.#grabbing = null;
      if (this.over) return;
      if (!answer.ok) {
        this.refuse(answer);
        return;
      }
      this.#grab = this.#since = answer.rev;
      this.#mayBeTaken = false;
      this.state = "held";
      this.check();
      this.resume();
    });
  }

  /** @param {{ lat: number, lng: number }} there */
  #finish(there) {
    this.#latest = there;
    this.#port.env.clearTimeout(this.#timer);
    this.keep();
    // Set before the answer comes; the first steps of #putDown run at once, so
    // that the change is kept before anything can happen to the page.
    const answer = this.#putDown(there);
    this.#dropped = answer;
    this.#port.changed(this);
    answer.then((result) => {
      if (this.#isDone) return;
      if (!result.ok) {
        this.refuse(result);
        return;
      }
      this.#stored = result;
      this.check();
    });
    return answer;
  }

  /**
   * @param {{ lat: number, lng: number }} there
   * @returns {Promise<Answer>}
   */
  async #putDown(there) {
    let grab = this.#grab;
    if (this.#grabbing && !this.#port.withdraw(this.#grabbing)) {
      const grabbed = await this.#grabbing.answer;
      if (!grabbed.ok) return grabbed;
      grab = grabbed.rev;
    }
    if (this.#isDone) return this.#nothingToDo();
    this.#handedOver = true;
    const fields = { marker: this.marker, ...there };
    const answer = grab
      ? this.#port.change("drop", { ...fields, grab })
      : this.#port.change("place", fields, this.#since);
    this.#port.keep(this.marker, null);
    return answer;
  }

  /** @returns {Promise<Answer>} of a drag that is over */
  #outcome() {
    return this.#dropped ?? Promise.resolve(this.#nothingToDo());
  }

  get #isDone() {
    return this.state === "refused" || this.state === "ended";
  }

  /** @returns {Answer} */
  #nothingToDo() {
    return { ok: true, rev: this.#port.state.rev };
  }

  /** @param {Answer} answer */
  #end(answer) {
    this.state = "ended";
    this.#close();
    this.emit("ended", answer);
  }

  #close() {
    this.#port.env.clearTimeout(this.#timer);
    this.#port.keep(this.marker, null);
    this.#port.changed(this);
  }
}
