/** `shared`: all markers are everybody's; the host adds them, or anybody. */

import { gettext } from "../../platform/i18n.js";

/** @type {import("./kinds.js").Kind} */
export const shared = {
  isEverybodys: true,

  left: ({ anyone_adds }, { isHost }) => (anyone_adds || isHost ? Infinity : 0),

  usesPlaces: (left, markers) => left > 0 || markers > 0,

  hint(left, markers) {
    if (markers === 0) {
      return left > 0
        ? gettext("Tap the map to place the first marker.")
        : gettext("The presenter will place the markers.");
    }
    return left > 0
      ? gettext("Drag any marker, or tap the map to add one.")
      : gettext("Drag the markers to where they belong.");
  },
};
