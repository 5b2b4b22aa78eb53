/** The effects of a host's changes to what the room is going to be asked. Others see none of them. */

/**
 * @import { ActivityRow } from "../../protocol/activities.js"
 * @import { Change } from "../../protocol/messages.js"
 * @import { RoomState } from "../state.js"
 */

/** @type {Record<string, (room: RoomState, change: Change) => void>} by kind */
export const planChanges = {
  prepare(room, { activity: number, value, after }) {
    if (typeof number === "number") insert(room, asRow(number, value), after);
  },
  revise(room, { activity, value }) {
    const row = room.activities.find(({ number }) => number === activity);
    if (row) Object.assign(row, value);
  },
  discard(room, { activity }) {
    const at = room.activities.findIndex(({ number }) => number === activity);
    const [row] = at < 0 ? [] : room.activities.splice(at, 1);
    if (row) room.discarded.set(row.number, { row, index: at });
  },
  restore(room, { activity: number, value, after }) {
    if (typeof number !== "number") return;
    const known = room.discarded.get(number);
    if (!known && !value) return;
    room.discarded.delete(number);
    // After 0, which no activity has, it is the first.
    const at = after === 0 ? 0 : known?.index;
    insert(room, asRow(number, { ...known?.row, ...value }), after, at);
  },
  order(room, { activities = [] }) {
    /** @param {ActivityRow} row */
    const rank = ({ number }) => (activities.indexOf(number) + 1 || activities.length + 1);
    room.activities.sort((one, other) => rank(one) - rank(other));
  },
  late(room, { person = 0, of = 0, lat = 0, lng = 0 }) {
    room.late = [...room.late.filter(([by]) => by !== person), [person, of, lat, lng]];
  },
};

/**
 * @param {number} number
 * @param {Partial<ActivityRow>} [value]
 * @returns {ActivityRow}
 */
function asRow(number, value) {
  const unused = { stage: "prepare", round: 1, ends: null };
  return /** @type {ActivityRow} */ ({ ...unused, ...value, number });
}

/**
 * @param {RoomState} room
 * @param {ActivityRow} row
 * @param {number} [after] the number of the one that it follows
 * @param {number} [at] where it goes otherwise; at the end if absent
 */
function insert({ activities }, row, after, at = activities.length) {
  const before = activities.findIndex(({ number }) => number === after);
  activities.splice(before < 0 ? at : before + 1, 0, row);
}
