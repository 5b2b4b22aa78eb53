/**
 * Whether the panel that says how to join is large: while people are arriving it is what the
 * screen is for, and later the map is. A pure rule; the presenter's own choice stays until the
 * rule says something else.
 */

/**
 * @param {import("../../room/state.js").RoomState} room
 * @param {number} people who are here
 * @returns {boolean}
 */
export function isPanelLarge({ activity, place }, people) {
  const [position] = place;
  if (activity.stage === "prepare" && people === 0) return true;
  return position === 1 && activity.stage !== "revealed";
}
