import { byId } from "./dom.js";

/** The total space above and below the buttons at the side, in CSS pixels. */
const AIR = 44;

/**
 * Keeps the height of the bar at the foot of a room's page in `--foot`, and where the question ends
 * in `--head`, so that everything in between follows: names may be long and type large. `is-tight` says
 * that the zoom buttons do not fit into one column, `is-cramped` that two are too high as well.
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
    const { bottom } = card.getBoundingClientRect();
    document.body.style.setProperty("--foot", `${foot.offsetHeight}px`);
    document.body.style.setProperty("--head", `${bottom}px`);
    const buttons = [...zoom.children].filter((button) => button instanceof HTMLElement);
    const column = buttons.reduce((height, button) => height + button.offsetHeight, 0);
    const room = innerHeight - bottom - foot.offsetHeight - AIR;
    document.body.classList.toggle("is-tight", room < column);
    const rows = Math.ceil(buttons.length / 2) / Math.max(1, buttons.length);
    document.body.classList.toggle("is-cramped", room < column * rows);
  }
}
