import { byId } from "./dom.js";

/** Above and below the buttons that stand at the side, in CSS pixels. */
const AIR = 44;

/**
 * Keeps the height of what stands at the foot of a room's page in its style as
 * `--foot`: names may be long and type large, and what stands above it follows.
 * `is-tight` says that the zoom buttons have no room for a column of their own.
 *
 * @param {string} id
 */
export function followFoot(id) {
  const foot = byId(id);
  const card = byId("question-card");
  const zoom = /** @type {HTMLElement} */ (document.querySelector(".zoom"));
  const observer = new ResizeObserver(tell);
  for (const part of [foot, card, zoom, document.body]) observer.observe(part);
  tell();

  function tell() {
    document.body.style.setProperty("--foot", `${foot.offsetHeight}px`);
    const buttons = [...zoom.children].filter((button) => button instanceof HTMLElement);
    const column = buttons.reduce((height, button) => height + button.offsetHeight, 0);
    const room = innerHeight - card.getBoundingClientRect().bottom - foot.offsetHeight - AIR;
    document.body.classList.toggle("is-tight", room < column);
  }
}
