/** `zones`: which one is yours? Each person has one marker, and stands in a zone with it. */

import { gettext } from "../../platform/i18n.js";

/** @type {import("./kinds.js").Kind} */
export const zones = {
  isEverybodys: false,

  left: (_settings, { placed }) => Math.max(0, 1 - placed),

  usesPlaces: () => true,

  hint: (left) =>
    left > 0
      ? gettext("Tap where you stand.")
      : gettext("Drag your marker to where you stand now."),
};
