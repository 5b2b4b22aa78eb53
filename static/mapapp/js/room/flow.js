/**
 * The flow of a room as one step machine (L1): what "next" and "back" do now. The remote's button,
 * its keys and the keys of the presenter's screen all ask here, so that a press means the same
 * everywhere.
 *
 * An activity goes prepare → answer → closed → revealed; where nothing is hidden there is nothing
 * to reveal, and the end of the answers shows the result at once. Then the next activity follows.
 */

/** @typedef {import("../protocol/activities.js").Stage} Stage */
/** @typedef {{ activity: number, stage: Stage, round: number }} Moment where a room is in its flow */
/** @typedef {{ number: number, question: string, stage?: Stage, round?: number }} Listed */

/**
 * The part of a room's state that the flow depends on.
 * @typedef {object} InFlow
 * @property {{ number: number, stage: Stage, round: number }} activity
 * @property {boolean} hidden whether others' answers are withheld from the audience
 * @property {Listed[]} activities all of them in order, where they are known
 * @property {string} phase of the room
 */

/**
 * What a step does: opens the answers, closes them, reveals them, closes them and shows the result,
 * goes on to another activity or back to one, starts a second round.
 * @typedef {"open" | "close" | "reveal" | "result" | "next" | "back" | "again"} Doing
 */

/**
 * A change of the room's flow. `question` is that of the activity that it goes to.
 * @typedef {object} Step
 * @property {Doing} does
 * @property {"stage" | "go"} t
 * @property {{ activity?: number, stage?: Stage, round?: number, from?: Moment }} fields
 * @property {string} [question]
 */

/**
 * What "next" does now.
 *
 * @param {InFlow} room
 * @returns {Step | null} null at the end of the last activity, and in a closed room
 */
export function nextStep(room) {
  if (room.phase === "closed") return null;
  switch (room.activity.stage) {
    case "prepare":
      return toStage(room, "open", "answer");
    case "answer":
      return room.hidden ? toStage(room, "close", "closed") : toStage(room, "result", "revealed");
    case "closed":
      return toStage(room, room.hidden ? "reveal" : "result", "revealed");
    default:
      return toNeighbour(room, "next", 1);
  }
}

/**
 * What "back" does now: the activity before this one, as it was left.
 *
 * @param {InFlow} room
 * @returns {Step | null} null in the first one, and in a closed room
 */
export function stepBack(room) {
  return room.phase === "closed" ? null : toNeighbour(room, "back", -1);
}

/**
 * A second round over the same markers.
 *
 * @param {InFlow} room
 * @returns {Step | null} null where there can be none now
 */
export function secondRound(room) {
  const { stage, round } = room.activity;
  const mayBegin = (stage === "closed" || stage === "revealed") && round === 1;
  if (room.phase === "closed" || !mayBegin) return null;
  return { ...toStage(room, "again", "answer"), fields: { stage: "answer", round: 2, from: moment(room) } };
}

/**
 * Goes to a certain activity.
 *
 * @param {InFlow} room
 * @param {number} number
 * @returns {Step | null} null if it is the current one, or there is none of this number
 */
export function stepTo(room, number) {
  const there = room.activities.findIndex((one) => one.number === number);
  const here = positionOf(room);
  const found = room.activities[there];
  if (!found || there === here || room.phase === "closed") return null;
  return goTo(found, there < here ? "back" : "next");
}

/** @param {InFlow} room @returns {Moment} where it is now: a step from elsewhere is refused */
export function moment({ activity: { number, stage, round } }) {
  return { activity: number, stage, round };
}

/** @param {InFlow} room @returns {number} of the current activity in the order, from 0; -1 if unknown */
export function positionOf({ activity, activities }) {
  return activities.findIndex(({ number }) => number === activity.number);
}

/**
 * @param {InFlow} room
 * @param {Doing} does
 * @param {Stage} stage
 * @returns {Step}
 */
function toStage(room, does, stage) {
  return { does, t: "stage", fields: { stage, from: moment(room) } };
}

/**
 * @param {InFlow} room
 * @param {"next" | "back"} does
 * @param {number} way
 */
function toNeighbour(room, does, way) {
  const here = positionOf(room);
  const neighbour = here < 0 ? undefined : room.activities[here + way];
  return neighbour ? goTo(neighbour, does) : null;
}

/**
 * @param {Listed} activity
 * @param {"next" | "back"} does
 * @returns {Step}
 */
function goTo({ number, question }, does) {
  return { does, t: "go", fields: { activity: number }, question };
}
