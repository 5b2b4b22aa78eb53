/**
 * The question a room is asked, and the rules for answering it. Its fields are called as in plans
 * and files; in a snapshot the kind is `rules`, and some of them lie flat.
 */

/**
 * @import { Rules, Settings, Stage, Surface, View } from "../protocol/activities.js"
 * @import { Snapshot } from "../protocol/messages.js"
 */

/**
 * @typedef {object} Activity
 * @property {number} number unique in the room
 * @property {Rules} kind `own`: each person has markers of their own; `shared`: all are
 *   everybody's; `guess`: where is it? `zones`: which one is yours?
 * @property {string} question
 * @property {Surface & { names: boolean }} surface
 * @property {View} view that of its surface
 * @property {Required<Settings>} settings of all kinds; `targets` is empty while they are secret
 * @property {Stage} stage
 * @property {number} round from 1
 * @property {number | null} ends when its timer ends (server's clock, milliseconds since 1970)
 */

/** @type {View} the whole world */
export const WORLD = Object.freeze({ lat: 20, lng: 10, zoom: 2 });

/** @type {Required<Settings>} */
const DEFAULTS = Object.freeze({
  ...{ markers_each: 1, anyone_adds: false, hidden: false, seconds: 0, answer: "" },
  targets: [],
});

/** @returns {Activity} before anything is known */
export function noActivity() {
  return {
    number: 0,
    kind: "own",
    question: "",
    surface: { kind: "streets", names: true, view: { ...WORLD } },
    view: { ...WORLD },
    settings: { ...DEFAULTS },
    ...{ stage: "answer", round: 1, ends: null },
  };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Activity} the current one
 */
export function activityOf(snapshot) {
  const { rules, question, markers_each, anyone_adds, view, phase } = snapshot;
  const { stage = phase === "open" ? "answer" : "closed" } = snapshot;
  const surface = { kind: /** @type {const} */ ("streets"), names: true, view, ...snapshot.surface };
  return {
    number: snapshot.activity ?? 0,
    kind: rules,
    question,
    surface,
    view: surface.view,
    settings: { ...DEFAULTS, markers_each, anyone_adds, ...snapshot.settings },
    ...{ stage, round: snapshot.round ?? 1, ends: snapshot.ends ?? null },
  };
}

/** @param {Activity} activity @returns {boolean} whether its place is on earth, not in a square */
export function isOnEarth({ surface }) {
  return surface.kind !== "plane";
}
