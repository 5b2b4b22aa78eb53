import { COLOURS, SHAPES, colourOf, shapeOf } from "../../map/markers/palette.js";
import { element } from "../../ui/dom.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * A marker's look as a small picture. Shape and colour have their names beside it.
 *
 * @param {number} icon
 * @param {string} fill a CSS colour
 */
export function markerPicture(icon, fill) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shapeOf(icon).path);
  path.setAttribute("fill", fill);
  svg.append(path);
  return svg;
}

/**
 * The shapes as radio buttons.
 *
 * @param {HTMLElement} place
 * @param {(icon: number) => void} onChoice
 */
export function offerShapes(place, onChoice) {
  place.replaceChildren(
    ...SHAPES.map(({ name }, icon) =>
      swatch("shape", icon, name, markerPicture(icon, "currentColor"), onChoice),
    ),
  );
}

/**
 * The colours as radio buttons.
 *
 * @param {HTMLElement} place
 * @param {(colour: number) => void} onChoice
 */
export function offerColours(place, onChoice) {
  place.replaceChildren(
    ...COLOURS.map(({ name }, colour) =>
      swatch("colour", colour, name, markerPicture(0, colourOf(colour).hex), onChoice),
    ),
  );
}

/**
 * @param {HTMLElement} place
 * @param {number} value
 */
export function showChoice(place, value) {
  for (const input of place.querySelectorAll("input"))
    input.checked = input.value === String(value);
}

/**
 * @param {string} group
 * @param {number} value
 * @param {string} name
 * @param {Element} picture
 * @param {(value: number) => void} onChoice
 */
function swatch(group, value, name, picture, onChoice) {
  const input = element("input", {
    type: "radio",
    name: group,
    value: String(value),
    "aria-label": name,
  });
  input.addEventListener("change", () => onChoice(value));
  return element("label", { class: "swatch", title: name }, input, picture);
}
