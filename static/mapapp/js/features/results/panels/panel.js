/**
 * What a panel is: it says in words, as bars, steps and a table what a part of a result tells.
 *
 * @import { Activity } from "../../../room/activity.js"
 * @import { Result } from "../../../protocol/messages.js"
 */

/**
 * What a result is about.
 * @typedef {object} Context
 * @property {Activity} activity
 * @property {(person: number) => string} nameOf "" for somebody without a name
 */

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} count
 * @property {number} share of all, from 0 to 1
 */

/**
 * Somebody on the podium.
 * @typedef {object} Step
 * @property {number} place from 1
 * @property {string} name
 * @property {string} distance
 */

/**
 * @typedef {object} Table
 * @property {string} caption
 * @property {string[]} columns
 * @property {string[][]} rows
 */

/**
 * What a panel shows.
 * @typedef {object} Shown
 * @property {string[]} sentences the most important one first
 * @property {Bar[]} [bars]
 * @property {Step[]} [steps]
 * @property {Table} [table]
 */

/**
 * @typedef {object} Panel
 * @property {string} name
 * @property {(result: Result, context: Context) => Shown | null} show null where it does not apply
 */

export {};
