/**
 * What has happened in a room's flow between two of its states. Much of it arrives as a whole
 * snapshot, which says where the room is and not what has changed.
 */

/** @import { Stage } from "./flow.js" */

/**
 * @typedef {object} FlowState
 * @property {number} activity its number
 * @property {string} question
 * @property {Stage} stage
 * @property {number} round
 * @property {number | null} ends
 */

/** @typedef {"activity" | "question" | "round" | "stage" | "timer" | "untimed"} FlowNews */

/**
 * @param {import("./state.js").RoomState} room
 * @returns {FlowState}
 */
export function flowOf({ activity: { number, question, stage, round, ends } }) {
  return { activity: number, question, stage, round, ends };
}

/**
 * @param {FlowState} before
 * @param {FlowState} after
 * @returns {FlowNews | null} the one piece of news that says most; null without any
 */
export function flowNews(before, after) {
  if (before.activity !== after.activity) return "activity";
  if (before.question !== after.question) return "question";
  if (before.round !== after.round && after.stage === "answer") return "round";
  if (before.stage !== after.stage) return "stage";
  if (after.stage !== "answer" || before.ends === after.ends) return null;
  return after.ends === null ? "untimed" : "timer";
}
