/**
 * The room as this client knows it: a snapshot, and every change since, in revision order.
 *
 * It follows docs/PROTOCOL.md to the letter and never guesses: changes that do not
 * continue the present revision are not applied at all.
 */

import { activityOf, noActivity } from "./activity.js";
import { markerChanges } from "./changes/markers.js";
import { peopleChanges } from "./changes/people.js";
import { planChanges } from "./changes/plan.js";
import { steeringChanges } from "./changes/steering.js";

/**
 * @import { ActivityProgress, ActivityRow, Box } from "../protocol/activities.js"
 * @import { MarkerRow, Mine, Move, Phase, Snapshot, Tick } from "../protocol/messages.js"
 */

/** The effect of each kind of change. */
const EFFECTS = new Map(
  Object.entries({ ...markerChanges, ...peopleChanges, ...planChanges, ...steeringChanges }),
);

/**
 * A marker on the map. `owner` and `holder` are person numbers or 0; `grab` is
 * the revision of the present hold or 0, `taken` that of the last hold that the
 * host ended. The position is the newest one known, moves included.
 * @typedef {object} Marker
 * @property {number} number
 * @property {number} lat
 * @property {number} lng
 * @property {number} owner
 * @property {number} holder
 * @property {number} grab
 * @property {number} [taken]
 * @property {number} colour
 * @property {number} icon
 * @property {string} label
 */

export class RoomState {
  /** The revision of this state. */
  rev = 0;
  /** The revision of the last snapshot, which hides the changes before it. */
  snapshotRev = 0;
  /** The epoch in which `rev` means something; empty before the first snapshot. */
  epoch = "";
  /** @type {Phase} */
  phase = "open";
  /** Whether newcomers may come in. */
  doorOpen = true;
  title = "";
  activity = noActivity();
  /** Where the current activity stands, from 1, and among how many.
   * @type {[position: number, count: number]} */
  place = [1, 1];
  /** Whether others' markers are withheld from the audience (not from hosts) now. */
  hidden = false;
  /** Where markers stood when the first round ended, by number; empty while it goes on.
   * @type {Map<number, { lat: number, lng: number }>} */
  before = new Map();
  /** The marker to look at, or 0. */
  spotlight = 0;
  /** What screens show; phones are told if everybody is invited there.
   * @type {Box | null} */
  camera = null;
  /** Whether everybody is invited to what the screens show. */
  invitesAll = false;
  /** The markers that only hosts move, by number.
   * @type {Set<number>} */
  pinned = new Set();
  /** All activities, in order; only hosts know them.
   * @type {ActivityRow[]} */
  activities = [];
  /** Those that were taken out since the snapshot, by number, and where they had been.
   * @type {Map<number, { row: ActivityRow, index: number }>} */
  discarded = new Map();
  /** Answers that came too late, of a new marker or of one that there is; only hosts know them.
   * @type {[person: number, marker: number, lat: number, lng: number][]} */
  late = [];
  /** @type {Map<number, string>} names by person number */
  people = new Map();
  /** @type {Map<number, Marker>} by marker number */
  markers = new Map();
  /** One's own markers, as last told while others' are withheld.
   * @type {Omit<Mine, "t"> | null} */
  #mine = null;

  /** How many markers there are besides those that are pinned: answers, or what people move. */
  get unpinned() {
    return this.markers.size - this.pinned.size;
  }

  /** @param {Snapshot} snapshot replaces all that was known */
  applySnapshot(snapshot) {
    const isSameActivity = this.epoch === snapshot.epoch && this.activity.number === snapshot.activity;
    this.epoch = snapshot.epoch;
    this.rev = this.snapshotRev = snapshot.rev;
    this.phase = snapshot.phase;
    this.doorOpen = snapshot.door_open ?? true;
    this.title = snapshot.title;
    this.activity = activityOf(snapshot);
    this.people = new Map(snapshot.people);
    this.#takeStage(snapshot);
    this.markers = new Map();
    for (const row of snapshot.markers) this.#put(row);
    // What was told of one's own before another activity began is no longer true.
    const isStale = (this.#mine?.rev ?? 0) < snapshot.rev && !isSameActivity;
    if (!this.hidden || isStale) this.#mine = null;
    for (const row of this.#mine?.markers ?? []) this.#put(row);
    if (this.#mine?.before) this.before = positionsOf(this.#mine.before);
  }

  /**
   * One's own markers, told personally because the room withholds markers (X1).
   *
   * @param {Omit<Mine, "t"> | null} mine null: it withholds nothing
   * @returns {number[]} the numbers of the markers that may have changed
   */
  applyMine(mine) {
    const before = this.#mine;
    this.#mine = mine;
    // A welcome tells them before the snapshot that shows the room they are in.
    if (!mine || !this.hidden) return [];
    const changed = new Set(mine.markers.map(([number]) => number));
    for (const [number] of before?.markers ?? []) {
      if (!changed.has(number)) this.markers.delete(number);
      changed.add(number);
    }
    for (const row of mine.markers) this.#put(row);
    if (mine.before) this.before = positionsOf(mine.before);
    // How a hold has ended is not told.
    this.snapshotRev = Math.max(this.snapshotRev, mine.rev);
    return [...changed];
  }

  /** @param {Partial<ActivityProgress> & { question?: string }} fields of the current activity */
  updateActivity(fields) {
    Object.assign(this.activity, fields);
    const row = this.activities.find(({ number }) => number === this.activity.number);
    if (row) Object.assign(row, fields);
  }

  /**
   * Applies the changes of a tick in their order, then its moves.
   *
   * @param {Tick} tick
   * @returns {boolean} false if its changes are not exactly the ones after `rev`:
   *   then nothing has been applied, and the client must resume
   */
  applyTick(tick) {
    if (!this.#joinsUp(tick)) return false;
    for (const change of tick.changes) {
      // An unknown kind has no effect but its revision.
      EFFECTS.get(change.kind)?.(this, change);
      this.rev = change.rev;
    }
    this.applyMoves(tick.moves);
    return true;
  }

  /** @param {Move[]} moves positions of markers that are being dragged */
  applyMoves(moves) {
    for (const move of moves) this.#move(move);
  }

  /** @param {Snapshot} snapshot */
  #takeStage(snapshot) {
    this.place = snapshot.place ?? [1, 1];
    this.hidden = snapshot.hidden ?? false;
    this.before = positionsOf(snapshot.before);
    this.pinned = new Set(snapshot.pinned);
    this.spotlight = snapshot.spotlight ?? 0;
    this.camera = snapshot.camera ?? null;
    this.invitesAll = snapshot.everyone ?? false;
    this.activities = snapshot.activities ?? [];
    this.discarded = new Map();
    this.late = snapshot.late ?? [];
  }

  /** @param {MarkerRow} row */
  #put([number, lat, lng, owner, holder, grab, colour, icon, label]) {
    this.markers.set(number, { number, lat, lng, owner, holder, grab, colour, icon, label });
  }

  /** @param {Tick} tick */
  #joinsUp({ rev, changes }) {
    return (
      rev === this.rev + changes.length &&
      changes.every((change, index) => change.rev === this.rev + 1 + index)
    );
  }

  /** @param {Move} move */
  #move([number, lat, lng]) {
    const marker = this.markers.get(number);
    if (marker) {
      marker.lat = lat;
      marker.lng = lng;
    }
  }
}

/**
 * @param {Move[]} [rows]
 * @returns {Map<number, { lat: number, lng: number }>} by marker number
 */
function positionsOf(rows = []) {
  return new Map(rows.map(([number, lat, lng]) => [number, { lat, lng }]));
}
