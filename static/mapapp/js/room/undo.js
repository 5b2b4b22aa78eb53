/**
 * The opposite of a host's change (L3), and whether it still fits: what somebody else has changed
 * since is left alone.
 */

/**
 * @import { ChangeFields, ChangeType } from "../protocol/messages.js"
 * @import { InFlow, Moment } from "./flow.js"
 */

/**
 * A room.
 * @typedef {InFlow & { markers: ReadonlyMap<number, unknown>, title?: string,
 *   activity: { question?: string } }} Undoable
 */

/**
 * @typedef {object} Opposite
 * @property {ChangeType} t
 * @property {ChangeFields} fields
 * @property {(room: Undoable) => boolean} fits whether nobody has changed the same since
 */

/**
 * @param {Moment} before where the room was
 * @param {number} activity where it has gone
 * @returns {Opposite}
 */
export function backFrom(before, activity) {
  return {
    ...{ t: "go", fields: { activity: before.activity } },
    fits: (room) => room.activity.number === activity,
  };
}

/**
 * @param {Moment} before
 * @param {Moment} after
 * @returns {Opposite}
 */
export function stageBack(before, after) {
  const { stage, round } = before;
  return {
    ...{ t: "stage", fields: { stage, round, from: after } },
    fits: ({ activity }) =>
      activity.number === after.activity &&
      activity.stage === after.stage &&
      activity.round === after.round,
  };
}

/** @param {number} activity that has been discarded @returns {Opposite} */
export function restored(activity) {
  return {
    ...{ t: "restore", fields: { activity } },
    fits: ({ activities }) => activities.every(({ number }) => number !== activity),
  };
}

/** @param {number} activity that has been added @returns {Opposite} */
export function discarded(activity) {
  return {
    ...{ t: "discard", fields: { activity } },
    fits: (room) =>
      room.activity.number !== activity &&
      room.activities.some(({ number }) => number === activity),
  };
}

/**
 * @param {number[]} before numbers in their order
 * @param {number[]} after
 * @returns {Opposite}
 */
export function orderBack(before, after) {
  return {
    ...{ t: "order", fields: { activities: before } },
    fits: ({ activities }) =>
      activities.length === after.length &&
      activities.every(({ number }, index) => number === after[index]),
  };
}

/** @param {number} marker that has been removed @returns {Opposite} */
export function putBack(marker) {
  return {
    ...{ t: "putback", fields: { marker } },
    fits: ({ markers }) => !markers.has(marker),
  };
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {Opposite}
 */
export function titleBack(before, after) {
  return {
    ...{ t: "title", fields: { title: before } },
    fits: ({ title }) => title === after,
  };
}

/**
 * @param {number} activity that was reworded
 * @param {string} before
 * @param {string} after
 * @returns {Opposite}
 */
export function questionBack(activity, before, after) {
  return {
    ...{ t: "question", fields: { question: before } },
    fits: (room) => room.activity.number === activity && room.activity.question === after,
  };
}
