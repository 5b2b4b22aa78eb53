/** The effects of a host's changes on the room as a whole. */

/**
 * @import { Stage } from "../../protocol/activities.js"
 * @import { Change } from "../../protocol/messages.js"
 * @import { RoomState } from "../state.js"
 */

/** @type {Record<string, (room: RoomState, change: Change) => void>} by kind */
export const steeringChanges = {
  lock(room) {
    setStage(room, room.activity.stage === "answer" ? "closed" : room.activity.stage);
  },
  unlock(room) {
    setStage(room, "answer");
  },
  stage(room, { stage = "answer", round = room.activity.round, ends = null }) {
    if (round > room.activity.round) rememberRound(room);
    else if (round < room.activity.round) room.before = new Map();
    room.updateActivity({ round });
    setStage(room, stage, ends);
  },
  timer(room, { ends = null }) {
    room.updateActivity({ ends });
  },
  close(room) {
    room.phase = "closed";
  },
  door(room, { open = true }) {
    room.doorOpen = open;
  },
  question(room, { question = "" }) {
    room.updateActivity({ question });
  },
  title(room, { title = "" }) {
    room.title = title;
  },
  spotlight(room, { on = 0 }) {
    room.spotlight = on;
  },
  camera(room, { area = null, everyone = false }) {
    room.camera = area;
    room.invitesAll = everyone;
  },
};

/**
 * @param {RoomState} room
 * @param {Stage} stage
 * @param {number | null} [ends] when answers end, if they open
 */
function setStage(room, stage, ends = null) {
  room.updateActivity({ stage });
  if (stage === "answer" || stage === "prepare") {
    room.updateActivity({ ends });
    room.late = [];
  }
  // A room that has ended stays so.
  if (room.phase !== "closed") room.phase = stage === "answer" ? "open" : "locked";
}

/** Another round begins with everybody where they are. @param {RoomState} room */
function rememberRound(room) {
  room.before = new Map();
  for (const { number, lat, lng } of room.markers.values()) room.before.set(number, { lat, lng });
}
