/** `guess`: where is it? Each person has one marker, and sees nobody else's before the reveal. */

import { gettext } from "../../platform/i18n.js";

/** @type {import("./kinds.js").Kind} */
export const guess = {
  isEverybodys: false,

  left: (_settings, { placed }) => Math.max(0, 1 - placed),

  usesPlaces: () => true,

  hint: (left) =>
    left > 0
      ? gettext("Tap the map where you think it is.")
      : gettext("Drag your marker to change your guess."),
};
