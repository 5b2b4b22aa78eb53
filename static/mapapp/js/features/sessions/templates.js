/** Sessions to begin with, from this server (docs/PROTOCOL.md, `GET /api/templates`). */

/** @import { ActivityDraft } from "../../protocol/activities.js" */

/**
 * @typedef {object} Template
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {ActivityDraft[]} activities
 */

/** @returns {Promise<Template[]>} in the order in which they are offered; empty if they cannot be had */
export async function fetchTemplates() {
  try {
    const answer = await fetch("/api/templates");
    return answer.ok ? (await answer.json()).templates : [];
  } catch {
    return [];
  }
}
