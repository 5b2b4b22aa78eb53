/**
 * The colours and shapes a marker can have (`colour` and `icon` of PROTOCOL.md).
 *
 * The colours are those of Okabe and Ito (2008), "Color Universal Design",
 * which people with every kind of colour vision can tell apart; the shapes are
 * for those who see no colour, and for a washed-out projector.
 */

import { gettext } from "../../platform/i18n.js";

export const COLOURS = [
  { name: gettext("vermilion"), hex: "#d55e00" },
  { name: gettext("blue"), hex: "#0072b2" },
  { name: gettext("green"), hex: "#009e73" },
  { name: gettext("yellow"), hex: "#f0e442" },
  { name: gettext("pink"), hex: "#cc79a7" },
  { name: gettext("sky blue"), hex: "#56b4e9" },
  { name: gettext("orange"), hex: "#e69f00" },
  { name: gettext("black"), hex: "#1a1a1a" },
];

/**
 * Each shape as an SVG path in a box of 24 by 24 units, with the point of that
 * box that lies on the marker's place on the map.
 */
export const SHAPES = [
  { name: gettext("circle"), path: "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19Z", x: 12, y: 12 },
  {
    name: gettext("square"),
    path: "M5.5 3.5h13a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2Z",
    x: 12,
    y: 12,
  },
  { name: gettext("triangle"), path: "M12 2.5L22 20.5H2Z", x: 12, y: 14 },
  { name: gettext("diamond"), path: "M12 1L23 12L12 23L1 12Z", x: 12, y: 12 },
  {
    name: gettext("star"),
    path: "M12 .8l3.3 7.1l7.7.9l-5.7 5.3l1.5 7.7L12 18l-6.8 3.8l1.5-7.7L1 8.8l7.7-.9Z",
    x: 12,
    y: 12.5,
  },
  { name: gettext("cross"), path: "M8.5 2.5h7v6h6v7h-6v6h-7v-6h-6v-7h6Z", x: 12, y: 12 },
  { name: gettext("hexagon"), path: "M12 1.5L21.2 6.8V17.2L12 22.5L2.8 17.2V6.8Z", x: 12, y: 12 },
  {
    name: gettext("drop"),
    path: "M12 23.5c4.2-5 7.3-9 7.3-13.7a7.3 7.3 0 0 0-14.6 0C4.7 14.5 7.8 18.5 12 23.5Z",
    x: 12,
    y: 23.5,
  },
];

/** @param {number} icon 0 to 7; anything else is drawn as a circle */
export function shapeOf(icon) {
  return SHAPES[icon] ?? /** @type {(typeof SHAPES)[number]} */ (SHAPES[0]);
}

/** @param {number} colour 0 to 7; anything else is drawn in the first colour */
export function colourOf(colour) {
  return COLOURS[colour] ?? /** @type {(typeof COLOURS)[number]} */ (COLOURS[0]);
}
