/** The pictures of this list's buttons; those of a page's own buttons are in its template. */

/** @type {Record<string, string[]>} */
const PATHS = {
  up: ["M12 19V5M6 11l6-6 6 6"],
  down: ["M12 5v14M6 13l6 6 6-6"],
  copy: ["M8 8h12v12H8z", "M16 8V4H4v12h4"],
  trash: ["M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13"],
  grip: ["M5 9h14M5 15h14"],
  more: ["M5 12h.01M12 12h.01M19 12h.01"],
};

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @returns {SVGElement} */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
