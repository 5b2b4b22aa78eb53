/**
 * The activities of a room as their editor sees them: what the room has, with this page's own
 * edits on top until the room has them, too. Each edit is a change, sent by itself.
 */

import { Emitter } from "../../platform/emitter.js";
import { draftOf } from "../../room/drafts.js";
import { withValue } from "./paths.js";

/**
 * @import { ActivityDraft, ActivityRow } from "../../protocol/activities.js"
 * @import { ChangeFields, ChangeType } from "../../protocol/messages.js"
 * @import { Answer } from "../../room/outbox.js"
 */

/** Typing rests this long (ms) before it is sent. */
export const TYPING_REST = 400;
/** The most activities that a room holds. */
export const MOST = 50;

/**
 * The room as far as it matters here.
 * @typedef {object} PlanRoom
 * @property {() => ActivityRow[]} activities all, in order
 * @property {() => number} rev its revision
 * @property {(t: ChangeType, fields: ChangeFields) => Promise<Answer>} change
 * @property {(callback: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 */

/** What an activity can be revised in.
 * @typedef {"question" | "kind" | "surface" | "settings" | "pinned"} Key */

/**
 * An edit that the room does not have yet. `rev`: it was stored with this revision, which the
 * room's state has not reached; 0 before. `refused`: stands in the form until it is mended.
 * @typedef {{ value: any, state: "typed" | "sent" | "refused", rev: number }} Edit
 */

/** Why the server refused a value: the path of a field of the activity, and a sentence. */
/** @typedef {{ field: string, message: string }} Complaint */

/**
 * `changed`: anything, by anybody. `failed`: a change of the list was refused, in a sentence.
 * @typedef {object} PlanEvents
 * @property {[]} changed
 * @property {[message: string]} failed
 */

/** @extends {Emitter<PlanEvents>} */
export class Plan extends Emitter {
  #room;
  #setTimeout;
  #clearTimeout;
  /** @type {Map<number, Map<Key, Edit>>} by the activity's number */
  #edits = new Map();
  /** @type {Map<number, Complaint[]>} */
  #complaints = new Map();
  /** @type {Map<number, any>} activities whose typing has not rested yet */
  #typing = new Map();
  /** The order that the room does not have yet. @type {{ numbers: number[], rev: number } | null} */
  #order = null;

  /** @param {PlanRoom} room */
  constructor(room) {
    super();
    this.#room = room;
    this.#setTimeout = room.setTimeout ?? ((callback, ms) => setTimeout(callback, ms));
    this.#clearTimeout = room.clearTimeout ?? ((timer) => clearTimeout(timer));
  }

  /** @returns {ActivityRow[]} in order */
  get activities() {
    const rows = this.#room.activities().map((row) => this.#edited(row));
    const order = this.#order?.numbers;
    if (!order) return rows;
    /** @param {ActivityRow} row */
    const rank = ({ number }) => order.indexOf(number) + 1 || order.length + 1;
    return rows.sort((one, other) => rank(one) - rank(other));
  }

  /** @param {number} number @returns {ActivityRow | undefined} */
  get(number) {
    const row = this.#room.activities().find((one) => one.number === number);
    return row && this.#edited(row);
  }

  /** @returns {number} how many more the room holds */
  get left() {
    return Math.max(0, MOST - this.#room.activities().length);
  }

  /** Whether anything typed here has not been stored. */
  get isUnsaved() {
    return this.#order?.rev === 0 || [...this.#edits.values()].some((edits) => [...edits.values()].some(({ rev }) => rev === 0));
  }

  /** @param {number} number @returns {Complaint[]} what the server refuses of an activity */
  complaints(number) {
    return this.#complaints.get(number) ?? [];
  }

  /** Whether the server has refused something that is still in a form. */
  get hasComplaints() {
    return this.#complaints.size > 0;
  }

  /**
   * @param {number} number
   * @param {string} path of the value, as in "settings.seconds"
   * @param {unknown} value undefined takes it out
   * @param {{ isTyping?: boolean }} [how] typing: more of it will follow in a moment
   */
  edit(number, path, value, { isTyping = false } = {}) {
    const [key = "", ...inner] = path.split(".");
    const activity = this.get(number);
    if (!activity) return;
    const next = withValue(activity[/** @type {Key} */ (key)], inner, value);
    this.editAll(number, { [key]: next }, { isTyping });
  }

  /**
   * @param {number} number
   * @param {Partial<ActivityDraft>} values the new values of whole keys
   * @param {{ isTyping?: boolean }} [how]
   */
  editAll(number, values, { isTyping = false } = {}) {
    const edits = this.#edits.get(number) ?? new Map();
    this.#edits.set(number, edits);
    const row = this.#room.activities().find((one) => one.number === number);
    for (const [name, value] of Object.entries(values)) {
      const key = /** @type {Key} */ (name);
      const known = edits.get(key);
      // Leaving a field repeats what has been typed there.
      const isNew = known ? !isEqual(known.value, value) : !isEqual(row?.[key], value);
      if (isNew) edits.set(key, { value, state: "typed", rev: 0 });
    }
    this.#clearTimeout(this.#typing.get(number));
    if (isTyping) this.#typing.set(number, this.#setTimeout(() => this.#send(number), TYPING_REST));
    else this.#send(number);
    this.emit("changed");
  }

  /** Sends what has been typed without waiting for more: the field was left. */
  flush() {
    for (const number of [...this.#typing.keys()]) this.#send(number);
  }

  /**
   * @param {ActivityDraft} draft
   * @param {number} [after] the activity that it follows; the last one if it is missing
   * @returns {Promise<number | null>} its number once it is in the room's state; null if refused
   */
  async add(draft, after) {
    const answer = await this.#room.change("prepare", after === undefined ? { activity: draft } : { activity: draft, after });
    if (!answer.ok) {
      const { field, message } = answer;
      this.emit("failed", field ? `${message} (${field})` : message);
      return null;
    }
    const number = answer.activity ?? 0;
    await this.#reached(answer.rev);
    return number;
  }

  /** @param {number} number of an activity @returns {Promise<number | null>} the copy's number */
  async duplicate(number) {
    this.flush();
    const activity = this.get(number);
    return activity ? this.add(draftOf(activity), number) : null;
  }

  /** @param {number} number @returns {Promise<boolean>} whether it is out */
  async discard(number) {
    return this.#listChange("discard", { activity: number });
  }

  /** @param {number} number of a discarded activity @returns {Promise<boolean>} */
  async restore(number) {
    return this.#listChange("restore", { activity: number });
  }

  /**
   * @param {number} number
   * @param {number} to its new place in the list, from 0
   */
  async move(number, to) {
    const numbers = this.activities.map((one) => one.number).filter((one) => one !== number);
    numbers.splice(Math.max(0, to), 0, number);
    const order = { numbers, rev: 0 };
    this.#order = order;
    this.emit("changed");
    const answer = await this.#room.change("order", { activities: numbers });
    if (this.#order !== order) return;
    if (answer.ok) order.rev = answer.rev;
    else {
      this.#order = null;
      this.emit("failed", answer.message);
    }
    this.refresh();
  }

  /** The room's state has advanced: what it has by now is no edit any longer. */
  refresh() {
    const rev = this.#room.rev();
    if (this.#order?.rev && this.#order.rev <= rev) this.#order = null;
    const numbers = new Set(this.#room.activities().map(({ number }) => number));
    for (const [number, edits] of this.#edits) {
      for (const [key, edit] of edits) if (edit.rev && edit.rev <= rev) edits.delete(key);
      if (edits.size === 0 || !numbers.has(number)) this.#edits.delete(number);
    }
    for (const number of this.#complaints.keys()) {
      if (!this.#edits.has(number)) this.#complaints.delete(number);
    }
    this.emit("changed");
  }

  /** @param {number} number */
  async #send(number) {
    this.#clearTimeout(this.#typing.get(number));
    this.#typing.delete(number);
    const edits = this.#edits.get(number);
    if (!edits) return;
    const sent = [...edits].filter(([, { state }]) => state === "typed");
    if (sent.length === 0) {
      this.refresh();
      return;
    }
    for (const [, edit] of sent) edit.state = "sent";
    const value = Object.fromEntries(sent.map(([key, edit]) => [key, edit.value]));
    const answer = await this.#room.change("revise", { activity: number, value });
    // Some may have been overtaken by what was typed since.
    const still = sent.filter(([key, edit]) => edits.get(key) === edit);
    if (answer.ok) {
      for (const [, edit] of still) edit.rev = answer.rev;
      if (still.length > 0) this.#complaints.delete(number);
    } else {
      this.#refused(number, edits, still, answer);
    }
    this.refresh();
  }

  /**
   * @param {number} number
   * @param {Map<Key, Edit>} edits
   * @param {[Key, Edit][]} refused
   * @param {Answer & { ok: false }} answer
   */
  #refused(number, edits, refused, { message, field }) {
    if (refused.length === 0) return;
    if (field) {
      for (const [, edit] of refused) edit.state = "refused";
    } else {
      // It is not the values: what the room has is true.
      for (const [key] of refused) edits.delete(key);
      this.emit("failed", message);
    }
    if (field) this.#complaints.set(number, [{ field, message }]);
  }

  /**
   * @param {ChangeType} t
   * @param {ChangeFields} fields
   */
  async #listChange(t, fields) {
    this.flush();
    const answer = await this.#room.change(t, fields);
    if (answer.ok) await this.#reached(answer.rev);
    else this.emit("failed", answer.message);
    return answer.ok;
  }

  /** @param {number} rev @returns {Promise<void>} resolved once the room's state has it */
  #reached(rev) {
    return new Promise((resolve) => {
      if (this.#room.rev() >= rev) {
        resolve();
        return;
      }
      const stop = this.on("changed", () => {
        if (this.#room.rev() < rev) return;
        stop();
        resolve();
      });
    });
  }

  /** @param {ActivityRow} row @returns {ActivityRow} */
  #edited(row) {
    const edits = this.#edits.get(row.number);
    if (!edits) return row;
    return { ...row, ...Object.fromEntries([...edits].map(([key, { value }]) => [key, value])) };
  }
}

/** @param {unknown} one @param {unknown} other */
function isEqual(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
