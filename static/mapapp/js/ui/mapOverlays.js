/** What of the page lies over its map, besides what comes and goes. */
const OVER = ".question-card, .screen-question, .zoom, .dock > *, .deck, .tools, .join.is-small";

/** @returns {DOMRect[]} where that is now, in CSS pixels of the page */
export function mapOverlays() {
  const boxes = [...document.querySelectorAll(OVER)].map((part) => part.getBoundingClientRect());
  return boxes.filter(({ width, height }) => width > 0 && height > 0);
}
