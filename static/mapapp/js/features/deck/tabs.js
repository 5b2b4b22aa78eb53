/** The remote's views: one sheet at a time over the map, or none of them, which is "Now". */

import { byId } from "../../ui/dom.js";
import { closeSheets, oneSheetAtATime, onSheetsChange, Sheet } from "../../ui/sheet.js";

/** The buttons of the views, by the sheets that they open. */
const VIEWS = ["sequence", "people", "list", "settings"];

/** To be called before any sheet is opened. */
export function offerTabs() {
  const now = byId("now-button");
  oneSheetAtATime();
  now.addEventListener("click", closeSheets);
  onSheetsChange(show);
  new ResizeObserver(show).observe(byId("tabs"));
  show();

  function show() {
    document.body.style.setProperty("--tabs", `${byId("tabs").offsetHeight}px`);
    let isAnyOpen = false;
    for (const view of VIEWS) {
      const isOpen = !byId(`${view}-sheet`).hidden;
      isAnyOpen ||= isOpen;
      mark(byId(`${view}-button`), isOpen);
    }
    mark(now, !isAnyOpen);
  }
}

/**
 * A view whose content stands in the page already.
 *
 * @param {string} view the beginning of its ids
 * @param {() => void} [fill] called before it opens
 * @returns {Sheet}
 */
export function offerView(view, fill = () => {}) {
  const button = byId(`${view}-button`);
  const sheet = new Sheet(`${view}-sheet`, {
    closeButton: `${view}-close`,
    onClose: () => button.setAttribute("aria-expanded", "false"),
  });
  button.addEventListener("click", () => {
    if (sheet.isOpen) {
      sheet.dismiss();
      return;
    }
    fill();
    sheet.open(byId(`${view}-title`));
    button.setAttribute("aria-expanded", "true");
  });
  return sheet;
}

/**
 * @param {HTMLElement} tab
 * @param {boolean} isCurrent
 */
function mark(tab, isCurrent) {
  if (isCurrent) tab.setAttribute("aria-current", "true");
  else tab.removeAttribute("aria-current");
}
