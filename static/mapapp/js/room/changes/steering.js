/** The effects of a host's changes on the room as a whole. */

/**
 * @import { Change } from "../../protocol/messages.js"
 * @import { RoomState } from "../state.js"
 */

/** @type {Record<string, (room: RoomState, change: Change) => void>} by kind */
export const steeringChanges = {
  lock(room) {
    room.phase = "locked";
  },
  unlock(room) {
    room.phase = "open";
  },
  close(room) {
    room.phase = "closed";
  },
  door(room, { open = true }) {
    room.doorOpen = open;
  },
  question({ activity }, { question = "" }) {
    activity.question = question;
  },
};
