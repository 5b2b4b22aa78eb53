/**
 * The room as this client knows it: a snapshot, and every change since, in revision order.
 *
 * It follows docs/PROTOCOL.md to the letter and never guesses: changes that do not
 * continue the present revision are not applied at all.
 */

import { activityOf, noActivity } from "./activity.js";
import { markerChanges } from "./changes/markers.js";
import { peopleChanges } from "./changes/people.js";
import { steeringChanges } from "./changes/steering.js";

/** @import { Move, Phase, Snapshot, Tick } from "../protocol/messages.js" */

/** The effect of each kind of change. */
const EFFECTS = new Map(
  Object.entries({ ...markerChanges, ...peopleChanges, ...steeringChanges }),
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
  /** @type {Map<number, string>} names by person number */
  people = new Map();
  /** @type {Map<number, Marker>} by marker number */
  markers = new Map();

  /** @param {Snapshot} snapshot replaces all that was known */
  applySnapshot(snapshot) {
    this.epoch = snapshot.epoch;
    this.rev = this.snapshotRev = snapshot.rev;
    this.phase = snapshot.phase;
    this.doorOpen = snapshot.door_open ?? true;
    this.title = snapshot.title;
    this.activity = activityOf(snapshot);
    this.people = new Map(snapshot.people);
    this.markers = new Map();
    for (const [number, lat, lng, owner, holder, grab, colour, icon, label] of snapshot.markers) {
      this.markers.set(number, { number, lat, lng, owner, holder, grab, colour, icon, label });
    }
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
