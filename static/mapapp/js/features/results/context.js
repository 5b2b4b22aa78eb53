/** What the results of a room are about. */

/**
 * @import { Session } from "../../room/session.js"
 * @import { Context } from "./panels/panel.js"
 */

/**
 * @param {Session} session
 * @returns {Context}
 */
export function contextOf(session) {
  const { activity, people } = session.state;
  return { activity, nameOf: (person) => people.get(person) ?? "" };
}
