/**
 * The changes on their way to the room (D2, D3): in order, each until its answer.
 *
 * A change is in one of three states: waiting, on the wire of the present
 * connection, or acknowledged but not yet in the room's state. The third state
 * keeps a person's change on their map until the room shows the same.
 */

/** A later change of these types replaces an earlier one, field by field. */
const SUPERSEDED = new Set(["place", "edit", "name", "question"]);
const SUPERSEDED_FIELDS = new Set(["lat", "lng", "label", "colour", "icon", "name", "question"]);

/** @import { ChangeFields, ChangeType } from "../protocol/messages.js" */

/**
 * The outcome of a change.
 * @typedef {{ ok: true, rev: number, marker?: number, person?: number, activity?: number }
 *   | { ok: false, code: string, message: string, by?: number, name?: string, field?: string }} Answer
 */

/**
 * When a change was made, by its page's own clock, and for which question. `ends` is when the
 * answers to that were to end, as its author saw it.
 * @typedef {{ at: number, activity: number, round: number, ends: number | null }} Made
 */

/**
 * @typedef {object} NewChange
 * @property {string} client the tab that made it
 * @property {number} op its counter there
 * @property {ChangeType} t
 * @property {ChangeFields} fields
 * @property {string} [epoch] of the room as its author saw it
 * @property {Made} [made]
 * @property {boolean} kept whether it outlives this page
 * @property {number} since the revision that its author had seen, in `epoch`; 0 if none
 * @property {boolean} conditional whether it applies only if nobody has moved its marker since then
 * @property {() => boolean} [mayUndo] for a grab: whether it may undo what others did, as when its
 *   drag is over; then it is conditional when it is sent (again)
 * @property {(answer: Answer) => void} settle called once, with the final answer
 */

/**
 * `sent`: on the wire of the present connection; `everSent`: on any, so that it
 * may have happened already. `notBefore` is in milliseconds. `rev` is 0 until
 * it is acknowledged.
 * @typedef {NewChange & { sent: boolean, everSent: boolean, postponed: number,
 *   notBefore: number, rev: number }} OutgoingChange
 */

export class Outbox {
  /** @type {OutgoingChange[]} */
  #changes = [];

  /**
   * @param {NewChange} change
   * @returns {OutgoingChange}
   */
  add(change) {
    const outgoing = {
      ...change,
      sent: false,
      everSent: false,
      postponed: 0,
      notBefore: 0,
      rev: 0,
    };
    this.#changes.push(outgoing);
    return outgoing;
  }

  /** @returns {readonly OutgoingChange[]} in order, with those acknowledged but not yet shown */
  get all() {
    return this.#changes;
  }

  /**
   * @param {OutgoingChange} change
   * @returns {OutgoingChange[]} those that were made after it
   */
  after(change) {
    return this.#changes.slice(this.#changes.indexOf(change) + 1);
  }

  /** @returns {OutgoingChange[]} in order, without an answer */
  get unanswered() {
    return this.#changes.filter((change) => !change.rev);
  }

  /** @returns {boolean} whether an answer is due on the present connection */
  get awaiting() {
    return this.#changes.some((change) => change.sent && !change.rev);
  }

  /**
   * @param {string} client
   * @param {number} op
   * @returns {OutgoingChange | undefined} without an answer
   */
  find(client, op) {
    return this.#changes.find(
      (change) => change.op === op && change.client === client && !change.rev,
    );
  }

  /** @param {OutgoingChange} change */
  remove(change) {
    this.#changes = this.#changes.filter((other) => other !== change);
  }

  /**
   * The changes that were never sent and no longer need to be, because the newest one
   * repeats all of their content.
   *
   * @param {OutgoingChange} newest
   * @returns {OutgoingChange[]}
   */
  supersededBy(newest) {
    return this.#changes.filter((change) => !change.everSent && isSuperseded(change, newest));
  }

  /**
   * The changes to send now, in order: the window bounds the number on the wire, and
   * all wait behind one that has to wait. The server keeps order only within one
   * client's changes, so another client's go once the first one's are answered.
   *
   * @param {number} now milliseconds
   * @param {number} window how many may be unanswered
   * @returns {OutgoingChange[]}
   */
  sendable(now, window) {
    const unanswered = this.unanswered;
    let free = window - unanswered.filter((change) => change.sent).length;
    const ready = [];
    for (const change of unanswered) {
      if (change.client !== unanswered[0]?.client) break;
      if (change.sent) continue;
      if (free <= 0 || change.notBefore > now || this.#waitsForOwn(change)) break;
      ready.push(change);
      free -= 1;
    }
    return ready;
  }

  /** @returns {number} when the next waiting change may go (ms); Infinity if none waits */
  get nextAt() {
    return this.unanswered.find((change) => !change.sent)?.notBefore ?? Infinity;
  }

  /** @param {OutgoingChange} change */
  markSent(change) {
    change.sent = true;
    change.everSent = true;
  }

  /**
   * The server could not store it just now: it is sent again later, as the same change.
   *
   * @param {OutgoingChange} change
   * @param {number} notBefore milliseconds
   */
  postpone(change, notBefore) {
    change.sent = false;
    change.postponed += 1;
    change.notBefore = notBefore;
  }

  /**
   * @param {OutgoingChange} change
   * @param {number} rev of the change in the room
   * @returns {OutgoingChange[]} later ones that are conditional on it from now on
   */
  acknowledge(change, rev) {
    change.sent = false;
    change.rev = rev;
    // The server stores changes again, so the postponed ones need not wait any longer.
    for (const other of this.#changes) other.notBefore = 0;
    if (!isPutting(change.t)) return [];
    // A person's own change is no conflict for their later ones.
    const later = this.after(change).filter(
      ({ fields, since }) => fields.marker === change.fields.marker && since && since < rev,
    );
    for (const one of later) one.since = rev;
    return later;
  }

  /**
   * @param {number} rev that the room's state has reached; changes up to it are done with
   * @returns {boolean} whether there were any
   */
  shown(rev) {
    const before = this.#changes.length;
    this.#changes = this.#changes.filter((change) => !change.rev || change.rev > rev);
    return this.#changes.length < before;
  }

  /** Nothing is on the wire any more; every unanswered change is sent again (D3). */
  connectionLost() {
    for (const change of this.#changes) {
      change.sent = false;
      change.conditional ||= canBeOvertaken(change.t);
    }
  }

  /**
   * Whether it is conditional and depends on the outcome of an earlier change of ours.
   *
   * @param {OutgoingChange} change
   */
  #waitsForOwn(change) {
    if (!isConditional(change)) return false;
    const earlier = this.#changes.slice(0, this.#changes.indexOf(change));
    return earlier.some(
      ({ t, rev, fields }) => !rev && fields.marker === change.fields.marker && isPutting(t),
    );
  }
}

/**
 * @param {ChangeType} t
 * @returns {boolean} whether it leaves a marker somewhere
 */
export function isPutting(t) {
  return t === "drop" || t === "place";
}

/**
 * @param {ChangeType} t
 * @returns {boolean} whether others may move the marker before it arrives, if it is not sent
 *   at once
 */
export function canBeOvertaken(t) {
  return t === "place";
}

/**
 * @param {OutgoingChange} change
 * @returns {boolean} whether it applies only if nobody has moved its marker since
 */
export function isConditional({ conditional, mayUndo }) {
  return conditional || (mayUndo?.() ?? false);
}

/**
 * @param {OutgoingChange} earlier
 * @param {OutgoingChange} later
 */
function isSuperseded(earlier, later) {
  // A change left by a closed page may have been sent by that page.
  if (earlier.client !== later.client || earlier.op >= later.op) return false;
  if (earlier.t !== later.t || !SUPERSEDED.has(earlier.t)) return false;
  return Object.entries(earlier.fields).every(([name, value]) =>
    SUPERSEDED_FIELDS.has(name)
      ? name in later.fields
      : later.fields[/** @type {keyof ChangeFields} */ (name)] === value,
  );
}
