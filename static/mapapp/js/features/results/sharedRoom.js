/** A room's activity as a shared link shows it: a session that has no line, and never changes. */

import { Session } from "../../room/session.js";

/**
 * @import { Settings, Surface, Stage, Rules } from "../../protocol/activities.js"
 * @import { MarkerRow, Result, Snapshot } from "../../protocol/messages.js"
 */

/**
 * @typedef {object} SharedActivity
 * @property {number} number
 * @property {Rules} kind
 * @property {string} question
 * @property {Surface} surface
 * @property {Settings} settings
 * @property {Stage} stage
 * @property {number} round
 * @property {Omit<Result, "t" | "rev">} result
 * @property {[number, number, number, number, number, number, string][]} markers number, lat, lng,
 *   owner, colour, icon, label
 * @property {[number, number, number][]} [before] number, lat, lng
 */

/**
 * What `GET /api/results/<token>` answers.
 * @typedef {object} SharedResults
 * @property {string} title
 * @property {string} created ISO 8601
 * @property {[number, string][]} people
 * @property {SharedActivity[]} activities
 */

/**
 * @param {SharedResults} shared
 * @param {SharedActivity} activity one of these
 * @returns {Session} that is never started
 */
export function sharedRoom({ title, people, activities }, activity) {
  const { surface, settings } = activity;
  const session = new Session({ code: "", role: "screen" });
  const markers = activity.markers.map(
    ([number, lat, lng, owner, colour, icon, label]) =>
      /** @type {MarkerRow} */ ([number, lat, lng, owner, 0, 0, colour, icon, label]),
  );
  /** @type {Snapshot} */
  const snapshot = {
    ...{ t: "snapshot", epoch: "shared", rev: 1, title, people, markers },
    ...{ question: activity.question, rules: activity.kind, surface, settings, view: surface.view },
    ...{ activity: activity.number, stage: activity.stage, round: activity.round, ends: null },
    place: [activities.indexOf(activity) + 1, activities.length],
    ...{ markers_each: 1, anyone_adds: false, phase: "locked", door_open: false, hidden: false },
    before: activity.before ?? [],
  };
  session.state.applySnapshot(snapshot);
  session.ready = true;
  session.results.take({ t: "result", rev: 1, ...activity.result });
  return session;
}
