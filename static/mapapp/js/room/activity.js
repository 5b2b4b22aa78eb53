/**
 * The question a room is asked, and the rules for answering it. On the wire the kind is called
 * `rules`, and all fields lie flat in the snapshot.
 */

/** @import { Rules, Snapshot, View } from "../protocol/messages.js" */

/**
 * @typedef {object} Activity
 * @property {Rules} kind `own`: each person has markers of their own; `shared`: all are everybody's
 * @property {string} question
 * @property {{ markersEach: number, anyoneAdds: boolean }} settings of the kinds: the first belongs
 *   to `own`, the second to `shared`
 * @property {View} view the first view of its map
 */

/** @returns {Activity} before anything is known */
export function noActivity() {
  return {
    kind: "own",
    question: "",
    settings: { markersEach: 1, anyoneAdds: false },
    view: { lat: 20, lng: 10, zoom: 2 },
  };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Activity}
 */
export function activityOf({ rules, question, markers_each, anyone_adds, view }) {
  return {
    kind: rules,
    question,
    settings: { markersEach: markers_each, anyoneAdds: anyone_adds },
    view: { ...view },
  };
}
