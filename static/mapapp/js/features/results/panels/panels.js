/** All panels, in the order in which they are read. To add one, write its file and list it here. */

import { clusters } from "./clusters.js";
import { countries } from "./countries.js";
import { guess } from "./guess.js";
import { middle } from "./middle.js";
import { shift } from "./shift.js";
import { zones } from "./zones.js";

/** @import { Context, Panel, Shown } from "./panel.js" */
/** @import { Result } from "../../../protocol/messages.js" */

/** @type {readonly Panel[]} */
export const PANELS = [guess, shift, zones, countries, middle, clusters];

/**
 * @param {Result} result
 * @param {Context} context
 * @returns {Shown[]} what the panels that apply show
 */
export function shownBy(result, context) {
  return PANELS.flatMap((panel) => panel.show(result, context) ?? []);
}
