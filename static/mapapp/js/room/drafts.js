/** Activities as they can be prepared again: with what hosts have pinned, without what happened. */

/**
 * @import { ActivityDraft, ActivityRow, Pin } from "../protocol/activities.js"
 * @import { RoomState } from "./state.js"
 */

/** @typedef {Pick<RoomState, "activity" | "activities" | "markers" | "pinned">} Planned a room */

/**
 * @param {Planned} room
 * @returns {ActivityRow[]} all activities in order, each with its pinned markers as they are now:
 *   those of the current one are on the map, where they can be moved
 */
export function rowsOf(room) {
  return room.activities.map((row) => {
    if (row.number !== room.activity.number) return row;
    const { pinned: _, ...others } = row;
    const pinned = pinsOnMap(room);
    return pinned.length > 0 ? { ...others, pinned } : others;
  });
}

/**
 * @param {ActivityRow | ActivityDraft} activity
 * @returns {ActivityDraft}
 */
export function draftOf({ kind, question, surface, settings, pinned = [] }) {
  return { kind, question, surface, settings, ...(pinned.length > 0 && { pinned }) };
}

/** @param {Planned} room @returns {Pin[]} the oldest first */
function pinsOnMap({ markers, pinned }) {
  return [...pinned]
    .sort((one, other) => one - other)
    .flatMap((number) => markers.get(number) ?? [])
    .map(({ lat, lng, label }) => (label ? { lat, lng, label } : { lat, lng }));
}
