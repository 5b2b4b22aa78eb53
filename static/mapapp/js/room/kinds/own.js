/** `own`: each person has markers of their own, and moves nobody else's. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";

/** @type {import("./kinds.js").Kind} */
export const own = {
  isEverybodys: false,

  left: ({ markers_each }, { placed }) => Math.max(0, markers_each - placed),

  usesPlaces: () => true,

  hint(left, _markers, { markers_each }) {
    if (left === markers_each) return gettext("Tap the map to place your marker.");
    if (left === 0) return gettext("Drag your marker to adjust it. Tap it to add a label.");
    return interpolate(
      ngettext(
        "Tap the map to place %(count)s more marker.",
        "Tap the map to place %(count)s more markers.",
        left,
      ),
      { count: left },
    );
  },
};
