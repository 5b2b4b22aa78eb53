/**
 * The question above the map, in the largest type that fits into a few lines. A
 * question too long for the smallest type is cut, for the eye only; it shows in
 * full under the pointer, or when it is tapped or focused.
 */

import { byId } from "../../ui/dom.js";

/** The sizes in the style sheets, from the largest to the smallest. */
const SIZES = ["large", "medium", "small", "least"];

/** @returns {(question: string) => void} shows this question */
export function questionHeading() {
  const heading = byId("question");
  // The map is as wide as the space for the question, and its size never depends on it.
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
  // Letters may extend beyond their line, but never by half their size.
  const slack = parseFloat(getComputedStyle(heading).fontSize) / 2;
  return heading.scrollHeight > heading.clientHeight + slack;
}
