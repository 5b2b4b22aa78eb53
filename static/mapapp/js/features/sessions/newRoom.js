/** Opens a room (docs/PROTOCOL.md, `POST /api/rooms`). */

import { gettext } from "../../platform/i18n.js";
import { rememberRoom } from "../rooms/hostedRooms.js";

/** @import { SavedSession } from "./sessionFile.js" */

/** @typedef {{ question: string, rules: string, markers_each: number, anyone_adds: boolean, view?: { lat: number, lng: number, zoom: number } }} OneQuestion */

/**
 * Opens a room, whose host key this browser keeps.
 *
 * @param {OneQuestion | SavedSession} wanted
 * @returns {Promise<{ code: string } | { problem: string }>} its code, or a sentence
 */
export async function openRoom(wanted) {
  try {
    const answer = await fetch("/api/rooms", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wanted),
    });
    const body = await answer.json();
    if (!answer.ok) return { problem: problemOf(body.error) };
    rememberRoom(body.code, "question" in wanted ? wanted.question : nameOf(wanted), body.host_key);
    return { code: body.code };
  } catch {
    return { problem: gettext("Can't reach the server. Check your connection and try again.") };
  }
}

/** @param {SavedSession} session */
function nameOf({ title, activities }) {
  return title || String(activities[0]?.question ?? "");
}

/** @param {{ message: string, field?: string }} error */
function problemOf({ message, field = "" }) {
  // Of a file one has to know the place: "activities[2].question".
  return field.startsWith("activities") ? `${message} (${field})` : message;
}
