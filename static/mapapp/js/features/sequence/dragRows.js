/** Puts the rows of a list in another order with a finger or a mouse; buttons do the same. */

/** How near to the edge of the list (CSS pixels) it scrolls by itself, and how far each time. */
const EDGE = 40;
const SCROLL = 8;

/**
 * @param {HTMLElement} list with rows that have `data-activity`
 * @param {object} options
 * @param {string} options.grip the part of a row that is dragged
 * @param {(numbers: number[]) => void} options.moved the rows are in this order now
 * @returns {{ readonly isUnderWay: boolean }}
 */
export function dragRows(list, { grip, moved }) {
  /** @type {HTMLElement | null} */
  let row = null;
  let grabbedAt = 0;

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target instanceof Element ? event.target.closest(grip) : null;
    const found = handle?.closest("li");
    if (!found || event.button !== 0 || row) return;
    event.preventDefault();
    row = found;
    grabbedAt = event.clientY - row.getBoundingClientRect().top;
    row.classList.add("is-dragged");
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener("pointermove", (event) => {
    if (row) follow(row, event.clientY);
  });
  list.addEventListener("pointerup", () => end(true));
  list.addEventListener("pointercancel", () => end(false));

  return {
    get isUnderWay() {
      return row !== null;
    },
  };

  /**
   * @param {HTMLElement} dragged
   * @param {number} y of the pointer
   */
  function follow(dragged, y) {
    const { top, bottom } = list.getBoundingClientRect();
    if (y < top + EDGE) list.scrollTop -= SCROLL;
    else if (y > bottom - EDGE) list.scrollTop += SCROLL;
    for (const other of [...list.children]) {
      if (other === dragged) continue;
      const box = other.getBoundingClientRect();
      if (y < box.top || y > box.bottom) continue;
      const isBelow = y > box.top + box.height / 2;
      list.insertBefore(dragged, isBelow ? other.nextSibling : other);
      break;
    }
    dragged.style.transform = "";
    const rest = y - grabbedAt - dragged.getBoundingClientRect().top;
    dragged.style.transform = `translateY(${rest}px)`;
  }

  /** @param {boolean} isKept */
  function end(isKept) {
    if (!row) return;
    row.style.transform = "";
    row.classList.remove("is-dragged");
    row = null;
    const rows = /** @type {HTMLElement[]} */ ([...list.children]);
    if (isKept) moved(rows.map(({ dataset }) => Number(dataset.activity)));
  }
}
