/**
 * The question above the map, in type as large as there is room for in a few
 * lines: what is longer is set smaller. What is too long even so is cut for the
 * eye only; it shows in full under the pointer, or once it is tapped or focused.
 */

import { byId } from "../../ui/dom.js";

/** The sizes that the style sheets know, from the largest to the smallest. */
const SIZES = ["large", "medium", "small", "least"];

/** @returns {(question: string) => void} shows this question */
export function questionHeading() {
  const heading = byId("question");
  // The map is as wide as the room that the question has, and never of a size that depends on it.
  new ResizeObserver(() => fit(heading)).observe(byId("map"));
  return (question) => {
    if (heading.textContent === question) return;
    heading.textContent = question;
    fit(heading);
  };
}

/** @param {HTMLElement} heading */
function fit(heading) {
  delete heading.dataset.cut;
  for (const size of SIZES) {
    heading.dataset.size = size;
    if (!isCut(heading)) {
      heading.removeAttribute("tabindex");
      return;
    }
  }
  heading.dataset.cut = "";
  heading.tabIndex = 0;
}

/** @param {HTMLElement} heading */
function isCut(heading) {
  // Letters may reach out of their line, but never by half their size.
  const slack = parseFloat(getComputedStyle(heading).fontSize) / 2;
  return heading.scrollHeight > heading.clientHeight + slack;
}
