/** A session in a file: its title and its activities, as a host has saved it. */

import { gettext } from "../../platform/i18n.js";

/** @import { ActivityDraft } from "../../protocol/activities.js" */

/** @typedef {{ title: string, activities: ActivityDraft[] }} SavedSession */

/** A request with more than this would be refused anyway (bytes). */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a file as far as a page has to know it; whether the activities are good is the server's to
 * say.
 *
 * @param {Blob} file
 * @returns {Promise<SavedSession | { problem: string }>} `problem` is a sentence
 */
export async function readSessionFile(file) {
  const problem = gettext("This isn't a session that was saved here.");
  if (file.size > MOST_BYTES) return { problem: gettext("This file is too large: at most 64 kB.") };
  let found;
  try {
    found = JSON.parse(await file.text());
  } catch {
    return { problem };
  }
  const { title = "", activities } = found ?? {};
  if (typeof title !== "string" || !Array.isArray(activities) || activities.length === 0) return { problem };
  if (!activities.every((one) => typeof one === "object" && one !== null)) return { problem };
  return { title, activities };
}

/**
 * @param {string} title
 * @returns {string} a name for the file that every system takes
 */
export function fileNameOf(title) {
  const plain = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${plain || "session"}.json`;
}
