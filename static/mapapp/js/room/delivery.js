/**
 * Brings every change of this page to its answer: across lost connections,
 * reloads, and times when the server cannot store (D2, D3).
 */

import { position } from "../protocol/coordinates.js";
import { refusal } from "../protocol/sentences.js";
import { canBeOvertaken, isConditional, isPutting, Outbox } from "./outbox.js";
import { repeatDelay } from "./backoff.js";
import { KeptChanges, RENEW_EVERY } from "./keptChanges.js";

/**
 * @import { Ack, ChangeFields, ChangeType, ErrorMessage, Refused, Role } from "../protocol/messages.js"
 * @import { Answer, Made, OutgoingChange } from "./outbox.js"
 * @import { RoomState } from "./state.js"
 * @import { Environment } from "./environment.js"
 * @import { KeptDrag } from "./keptChanges.js"
 * @import { ReconnectingSocket } from "./reconnectingSocket.js"
 * @import { SafeStorage } from "../platform/safeStorage.js"
 */

/** A change on its way, and its answer. `change` is null if it was refused without being sent. */
/** @typedef {{ change: OutgoingChange | null, answer: Promise<Answer> }} Delivered */

/**
 * @typedef {object} DeliveryHandlers
 * @property {() => void} changed the set of unsaved changes is different
 * @property {(drags: KeptDrag[]) => void} foundDrags unfinished drags of closed pages
 * @property {(answer: Answer) => void} refused a change that an earlier page had left
 * @property {(marker: number, rev: number) => void} put this person has put a marker somewhere
 */

/** Pages wait a random time up to this (ms), so that not all take over at once. */
const TAKE_OVER_SPREAD = 1_000;
/** What may be offered to the host when it came after the end of the answers. */
const LATE = new Set(["add", "place", "drop"]);
/** An upper bound for the bytes that the op and the client id add to a frame. */
const FRAME_MARGIN = 128;

export class Delivery {
  /** How many unanswered changes the server allows a client. */
  window = 32;
  /** The epoch of the room that we are in; revisions of another epoch mean nothing here. */
  epoch = "";
  /** The largest frame that the server accepts (bytes). */
  frameBytes = 4096;
  #env;
  #client;
  #lastOp = 0;
  #line;
  #state;
  #kept;
  #handlers;
  #outbox = new Outbox();
  /** @type {Answer | null} the refusal of every change, where none can be made */
  #over = null;
  /** @type {any} */ #flushTimer;
  /** @type {any} */ #renewTimer;
  /** @type {any} */ #takeOverTimer;

  /**
   * @param {Environment} env
   * @param {SafeStorage} storage
   * @param {{ code: string, role: Role, client: string }} identity
   * @param {{ line: ReconnectingSocket, state: RoomState }} room
   * @param {DeliveryHandlers} handlers
   */
  constructor(env, storage, { code, role, client }, { line, state }, handlers) {
    this.#env = env;
    this.#client = client;
    this.#line = line;
    this.#state = state;
    this.#handlers = handlers;
    this.#kept = new KeptChanges(storage, { code, role, holder: client, now: env.now });
    if (role === "screen") this.#over = refusal("read_only");
  }

  /** @returns {readonly OutgoingChange[]} those not yet in the room's state */
  get pending() {
    return this.#outbox.all;
  }

  /** @returns {OutgoingChange[]} without an acknowledgement; a grab has nothing to save */
  get unsaved() {
    return this.#outbox.unanswered.filter(({ kept }) => kept);
  }

  /**
   * @param {number} marker
   * @returns {{ lat: number, lng: number } | null} its position by the newest change that is not
   *   yet in the room's state
   */
  placed(marker) {
    for (const { fields } of [...this.pending].reverse()) {
      const { lat, lng } = fields;
      if (fields.marker === marker && lat !== undefined && lng !== undefined) return { lat, lng };
    }
    return null;
  }

  /** Takes over what earlier pages have left, now and regularly, and renews this page's leases. */
  start() {
    this.#over = null;
    this.#renew();
  }

  /** Leaves unsaved changes to the next page. */
  stop() {
    for (const timer of [this.#flushTimer, this.#renewTimer, this.#takeOverTimer]) {
      this.#env.clearTimeout(timer);
    }
    this.#kept.release();
  }

  /**
   * @param {ChangeType} t
   * @param {ChangeFields} given
   * @param {object} [options]
   * @param {boolean} [options.kept] whether it outlives this page
   * @param {number} [options.since] applied only if nobody has moved the marker since this revision
   * @param {() => boolean} [options.mayUndo] for a grab: `since` counts only while this is true
   * @param {Made} [options.made] if it stands for an earlier change
   * @returns {Delivered}
   * @throws {RangeError} for coordinates that are not finite numbers
   */
  send(t, given, { kept = true, since, mayUndo, made = this.#madeNow() } = {}) {
    const fields = withPosition(given);
    const refused = this.#over ?? this.#tooLarge(t, fields);
    if (refused) return { change: null, answer: Promise.resolve(refused) };
    /** @type {(answer: Answer) => void} */
    let settle = () => {};
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve) => (settle = resolve));
    const op = ++this.#lastOp;
    const epoch = this.#state.epoch || undefined;
    const isLate = !this.#line.live;
    const change = this.#outbox.add({
      ...{ client: this.#client, op, t, fields, epoch, kept, settle, mayUndo, made },
      since: since ?? this.#state.rev,
      conditional: (since !== undefined && !mayUndo) || (isLate && canBeOvertaken(t)),
    });
    if (kept) this.#kept.keep(change);
    if (isLate) this.#dropSuperseded(change, answer);
    this.flush();
    this.#handlers.changed();
    return { change, answer };
  }

  /**
   * @param {Delivered} delivered
   * @returns {boolean} true if it had never been sent, and now never will be
   */
  withdraw({ change }) {
    if (!change || change.everSent) return false;
    this.#kept.forget(change);
    this.#outbox.remove(change);
    this.#handlers.changed();
    return true;
  }

  /**
   * Keeps the position of a drag, for a reload.
   *
   * @param {number} marker
   * @param {{ lat: number, lng: number, since: number } | null} there null: no longer needed
   * @param {string} [client] the page whose drag it is
   */
  keepDrag(marker, there, client = this.#client) {
    const { epoch } = this.#state;
    if (there) this.#kept.keepDrag({ client, marker, ...there, epoch });
    else this.#kept.forgetDrag({ client, marker });
  }

  /** Sends what may go now, and sets a timer for the rest. */
  flush() {
    this.#env.clearTimeout(this.#flushTimer);
    if (!this.#line.live) return;
    const now = this.#env.now();
    for (const change of this.#outbox.sendable(now, this.window)) {
      const { t, op, client, fields, since, epoch } = change;
      const sinceWhen = isConditional(change) && epoch === this.epoch ? since : 0;
      this.#outbox.markSent(change);
      this.#line.send({
        ...{ t, op, ...(client !== this.#client && { client }), ...fields },
        ...(sinceWhen && { unmoved_since: sinceWhen }),
      });
    }
    this.#line.awaiting = this.#outbox.awaiting;
    const wait = this.#outbox.nextAt - now;
    if (wait > 0 && wait < Infinity) {
      this.#flushTimer = this.#env.setTimeout(() => this.flush(), wait);
    }
  }

  /** Nothing is on the wire any more. */
  connectionLost() {
    this.#env.clearTimeout(this.#flushTimer);
    this.#outbox.connectionLost();
  }

  /** @param {number} rev that the room's state has reached */
  shown(rev) {
    if (this.#outbox.shown(rev)) this.#handlers.changed();
  }

  /** @param {Ack} ack */
  acknowledged({ op, client = this.#client, rev, marker, person, activity }) {
    const change = this.#outbox.find(client, op);
    if (!change) return;
    for (const later of this.#outbox.acknowledge(change, rev)) {
      if (later.kept) this.#kept.keep(later);
    }
    if (isPutting(change.t)) this.#handlers.put(change.fields.marker ?? 0, rev);
    this.#kept.forget(change);
    this.#outbox.shown(this.#state.rev);
    change.settle({ ok: true, rev, marker, person, ...(activity && { activity }) });
    this.flush();
    this.#handlers.changed();
  }

  /** @param {Refused | ErrorMessage} answer */
  refused(answer) {
    const { op = 0, client = this.#client, code } = answer;
    const change = this.#outbox.find(client, op);
    if (!change) return;
    if (code === "unavailable" || code === "too_many_unanswered") {
      const delay = repeatDelay(change.postponed + 1, this.#env.random);
      this.#outbox.postpone(change, this.#env.now() + delay);
    } else if (!this.#sendInstead(change, code, answer)) {
      this.#settle(change, refusal(code, answer));
    }
    this.flush();
  }

  /**
   * The room has ended for us: this page can store nothing more.
   *
   * @param {Answer} answer
   * @param {boolean} isFinal false: unsaved changes may still be stored on another visit
   */
  end(answer, isFinal) {
    this.#over = answer;
    for (const change of isFinal ? this.#outbox.unanswered : []) this.#settle(change, answer);
  }

  /**
   * The room did not know us. If it is another room under the same code, changes
   * that were meant for the old one must not appear here.
   *
   * @param {string} epoch of the room that we are in now
   */
  dropOtherRoom(epoch) {
    for (const change of this.#outbox.unanswered) {
      if (change.epoch && change.epoch !== epoch) this.#settle(change, refusal("other_room"));
    }
  }

  /** Another tab may have been closed. */
  takeOverSoon() {
    this.#env.clearTimeout(this.#takeOverTimer);
    this.#takeOverTimer = this.#env.setTimeout(
      () => this.#takeOver(),
      this.#env.random() * TAKE_OVER_SPREAD,
    );
  }

  #renew() {
    this.#env.clearTimeout(this.#renewTimer);
    this.#kept.renew();
    this.#takeOver();
    this.#renewTimer = this.#env.setTimeout(() => this.#renew(), RENEW_EVERY);
  }

  /** Takes over the changes and drags of closed pages. */
  #takeOver() {
    const { changes, drags } = this.#kept.takeOver();
    /** @param {Answer} answer */
    const settle = (answer) => answer.ok || this.#over || this.#handlers.refused(answer);
    for (const change of changes) {
      const { since = 0, conditional } = change;
      const mayBeLate = conditional || canBeOvertaken(change.t);
      this.#outbox.add({ ...change, since, conditional: mayBeLate, kept: true, settle });
    }
    if (drags.length) this.#handlers.foundDrags(drags);
    if (changes.length) {
      this.flush();
      this.#handlers.changed();
    }
  }

  /**
   * Drops unsent changes that the newest one repeats.
   *
   * @param {OutgoingChange} newest
   * @param {Promise<Answer>} answer to that
   */
  #dropSuperseded(newest, answer) {
    for (const change of this.#outbox.supersededBy(newest)) {
      answer.then(change.settle);
      this.#kept.forget(change);
      this.#outbox.remove(change);
    }
  }

  /**
   * Some refusals are not the end of what a person wanted.
   *
   * @param {OutgoingChange} change
   * @param {string} code of its refusal
   * @param {Refused | ErrorMessage} answer
   * @returns {boolean} whether another change goes in its place, which is then dealt with
   */
  #sendInstead(change, code, answer) {
    if (code === "stale_grab") return this.#placeInstead(change);
    return code === "locked" && this.#offerLate(change, refusal(code, answer));
  }

  /**
   * It was made in time and arrived after the end of the answers: the host can still count it.
   *
   * @param {OutgoingChange} change
   * @param {Answer} refused its answer if there is nothing to offer
   * @returns {boolean} whether it is offered
   */
  #offerLate(change, refused) {
    const { t, fields, made } = change;
    if (!LATE.has(t) || !made || !this.#wasInTime(made)) return false;
    const { marker, lat, lng } = fields;
    const { answer } = this.send("late", { lat, lng, ...(marker && { marker }) }, { made });
    answer.then((late) => change.settle(late.ok ? refusal("came_late") : refused));
    this.#kept.forget(change);
    this.#outbox.remove(change);
    return true;
  }

  /** @param {Made} made */
  #wasInTime({ at, activity, round, ends }) {
    const now = this.#state.activity;
    if (activity !== now.number || round !== now.round) return false;
    const end = now.ends ?? ends;
    // What our clock said then, by the server's.
    return end !== null && at + this.#line.clock.now() - this.#env.now() <= end;
  }

  /** @returns {Made} */
  #madeNow() {
    const { number, round, ends } = this.#state.activity;
    return { at: this.#env.now(), activity: number, round, ends };
  }

  /**
   * Our hold expired before the drop arrived: place the marker there instead,
   * unless somebody else has moved it since, or we have a later change to it.
   *
   * @param {OutgoingChange} drop
   * @returns {boolean} whether it was a drop, which is then dealt with
   */
  #placeInstead(drop) {
    const { marker = 0, lat, lng, grab = 0 } = drop.fields;
    if (drop.t !== "drop") return false;
    if (this.#outbox.after(drop).some(({ fields }) => fields.marker === marker)) {
      this.#settle(drop, { ok: true, rev: this.#state.rev });
      return true;
    }
    // Kept under its new op before the old one is forgotten.
    const since = drop.conditional ? drop.since : grab;
    const { answer } = this.send("place", { marker, lat, lng }, { since, made: drop.made });
    answer.then(drop.settle);
    this.#kept.forget(drop);
    this.#outbox.remove(drop);
    return true;
  }

  /**
   * @param {OutgoingChange} change
   * @param {Answer} answer
   */
  #settle(change, answer) {
    this.#kept.forget(change);
    this.#outbox.remove(change);
    change.settle(answer);
    this.#handlers.changed();
  }

  /**
   * @param {ChangeType} t
   * @param {ChangeFields} fields
   * @returns {Answer | null}
   */
  #tooLarge(t, fields) {
    const { length } = new TextEncoder().encode(JSON.stringify({ t, ...fields }));
    return length + FRAME_MARGIN > this.frameBytes ? refusal("too_large") : null;
  }
}

/**
 * @param {ChangeFields} fields
 * @returns {ChangeFields}
 */
function withPosition(fields) {
  const { lat, lng } = fields;
  return lat === undefined || lng === undefined ? fields : { ...fields, ...position(lat, lng) };
}
