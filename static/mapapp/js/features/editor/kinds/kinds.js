/**
 * The kinds of activity as the editor offers them. To add one, write its file (title, example and
 * fields) and name it here; nothing else in the editor asks for a kind by its name.
 */

import { guess } from "./guess.js";
import { own } from "./own.js";
import { shared } from "./shared.js";
import { zones } from "./zones.js";

/**
 * @import { ActivityDraft, Rules, Settings } from "../../../protocol/activities.js"
 * @import { MakeField } from "../fields/field.js"
 */

/**
 * @typedef {object} EditedKind
 * @property {() => string} title what people do, in a few words
 * @property {() => string} about a sentence more
 * @property {() => Omit<ActivityDraft, "kind">} example a whole activity to begin with
 * @property {() => MakeField[]} fields of its settings
 * @property {boolean} [mayHide] whether the setting `hidden` is one of its own
 * @property {boolean} [picksZones] whether people choose zones, so that there must be some
 * @property {(activity: ActivityDraft) => Settings} [adopted] the settings of an activity of another
 *   kind that becomes one of this; those of the example if it is missing
 */

/** In the order in which they are offered. @type {Record<string, EditedKind>} */
const KINDS = { own, guess, zones, shared };

/** @returns {[name: Rules, kind: EditedKind][]} */
export function editedKinds() {
  return /** @type {[Rules, EditedKind][]} */ (Object.entries(KINDS));
}

/** A kind that came after this page. @type {EditedKind} */
const unknown = { title: () => "", about: () => "", example: () => ({ question: "" }), fields: () => [] };

/** @param {string} name @returns {EditedKind} */
export function editedKind(name) {
  return KINDS[name] ?? { ...unknown, title: () => name };
}

/** @param {Rules} name @returns {ActivityDraft} one to begin with */
export function exampleOf(name) {
  return { kind: name, ...editedKind(name).example() };
}
