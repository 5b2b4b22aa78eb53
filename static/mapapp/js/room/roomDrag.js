/**
 * One drag of a marker: grab, moves while held, drop (H1).
 *
 * The finger does not wait for the network. Moves go out only while the marker
 * is held; until the grab is acknowledged the newest position waits. When the
 * hold expires under the finger (20 s without a move, or a long loss of the
 * connection), the next position grabs again; a drop without a hold becomes a
 * `place`. Anything sent after the finger was lifted applies only if nobody
 * else has moved the marker since, so that it undoes nothing of theirs. When
 * the host ends the hold, the drag ends too; where nothing tells who ended it,
 * it grabs again on condition that nobody has moved the marker.
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
 * The parts of its session that a drag uses.
 * @typedef {object} RoomDragPort
 * @property {Pick<Environment, "now" | "setTimeout" | "clearTimeout">} env
 * @property {RoomState} state
 * @property {() => number} moveInterval milliseconds between two moves, set by the server
 * @property {(marker: number) => number} seen the revision at which this person saw the
 *   marker's place
 * @property {(drag: RoomDrag, since: number) => Delivered} grab
 * @property {(grabbing: Delivered) => boolean} withdraw whether the grab had never been sent
 * @property {(move: { marker: number, grab: number, lat: number, lng: number }) => boolean} move
 *   whether it went out
 * @property {(t: ChangeType, fields: ChangeFields, since?: number) => Promise<Answer>} change
 * @property {(marker: number, left: Left | null) => void} keep
 *   keeps the marker's position, for a reload; null: no longer needed
 * @property {(marker: number) => { lat: number, lng: number } | null} placed
 *   the marker's position by a change on its way; null without one
 * @property {(drag: RoomDrag) => void} changed
 */

/**
 * Where a drag has left the marker, based on its place at revision `since`.
 * @typedef {{ lat: number, lng: number, since: number }} Left
 */

/**
 * Its events: exactly one, or none when it gives way to the next drag of the same marker.
 * `refused`: somebody else holds the marker, it is gone, the map is locked …
 * `ended`: the drop is stored, and the room's state shows it.
 * @typedef {{ refused: [answer: Answer], ended: [answer: Answer] }} RoomDragEvents
 */

/** @extends {Emitter<RoomDragEvents>} */
export class RoomDrag extends Emitter {
  /** The marker's number. */
  marker;
  /** @type {"grabbing" | "held" | "refused" | "ended"} */
  state = "grabbing";
  /** The first position, and the newest once it has been moved (WGS 84 degrees). */
  #start;
  /** @type {{ lat: number, lng: number } | null} */
  #latest = null;
  #port;
  #pacer;
  /** @type {any} */
  #timer;
  /** The revision of the present hold; 0 without one. */
  #grab = 0;
  /** Whether the host may have ended the hold: a snapshot does not tell how a hold ended. */
  #mayBeTaken = false;
  /** The revision this drag builds on: its last hold's, or the one seen before the first. */
  #since;
  /** @type {Delivered | null} a grab without an answer */
  #grabbing = null;
  /** @type {Promise<Answer> | null} the answer to the drop */
  #dropped = null;
  /** Whether the drop has become an ordinary change, which the delivery keeps. */
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

  /** Whether it is over, except for an answer that may be due. */
  get over() {
    return this.#dropped !== null || this.state === "refused" || this.state === "ended";
  }

  /** Whether taking hold (again) may undo what others did. */
  get mayUndo() {
    return this.over || this.#mayBeTaken;
  }

  /**
   * Moves the marker.
   *
   * @param {number} lat degrees
   * @param {number} lng degrees, wrapped into one turn of the world
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
   * Ends this drag, because a newer one on this page has the marker.
   *
   * @returns {Left | null} the position that this one had not handed over yet
   */
  giveWay() {
    const left = this.unsaved;
    if (this.#handedOver || this.#isDone) return null;
    this.state = "ended";
    this.#dropped ??= Promise.resolve(this.#nothingToDo());
    this.#close();
    return left;
  }

  /** @returns {Left | null} its position, while nothing else keeps it */
  get unsaved() {
    if (this.#handedOver || this.#isDone || !this.#latest) return null;
    return { ...this.#latest, since: this.#since };
  }

  /**
   * An earlier change by this person has moved the marker; that does not count as a conflict.
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

  /** The connection is back and the room's state is current: sends others the position. */
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
      // Answers have ended meanwhile: the place may still be offered as a late one.
      if (!grabbed.ok && grabbed.code !== "locked") return grabbed;
      grab = grabbed.ok ? grabbed.rev : 0;
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
