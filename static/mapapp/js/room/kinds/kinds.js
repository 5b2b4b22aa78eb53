/** All kinds of activity. To add one, write its file and name it here. Nobody else asks for a name. */

import { guess } from "./guess.js";
import { own } from "./own.js";
import { shared } from "./shared.js";
import { zones } from "./zones.js";

/** @import { Activity } from "../activity.js" */

/**
 * @typedef {object} Kind
 * @property {boolean} isEverybodys whether anybody may move any marker; otherwise a marker is its
 *   owner's
 * @property {(settings: Activity["settings"], who: {isHost: boolean, placed: number}) => number} left
 *   how many markers this person may still add; Infinity where nobody counts
 * @property {(left: number, markers: number) => boolean} usesPlaces whether a place on the map can be
 *   used: for a new marker, or for one that is moved there
 * @property {(left: number, markers: number, settings: Activity["settings"]) => string} hint
 *   what to do now, with so many markers left to add and so many on the map
 */

/** A kind that came after this page: its rules are the server's to know. @type {Kind} */
const unknown = { isEverybodys: false, left: () => 0, usesPlaces: () => false, hint: () => "" };

/** @type {Record<string, Kind>} */
const KINDS = { own, shared, guess, zones };

/** @param {Activity} activity @returns {Kind} */
export function kindOf({ kind }) {
  return KINDS[kind] ?? unknown;
}
