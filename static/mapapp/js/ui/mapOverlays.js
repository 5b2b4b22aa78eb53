/** The parts of a page that always lie over its map. */
const OVER = ".question-card, .screen-question, .your-result, .zoom, .dock > *, .deck, .tools, .join.is-small:not(.has-card)";

/** @returns {DOMRect[]} their present boxes, in CSS pixels of the page */
export function mapOverlays() {
  const boxes = [...document.querySelectorAll(OVER)].map((part) => part.getBoundingClientRect());
  return boxes.filter(({ width, height }) => width > 0 && height > 0);
}
