/** `zones`: everybody chooses a part of the map or the plane. */

import { gettext } from "../../../platform/i18n.js";
import { hiddenField, timerField } from "../fields/common.js";
import { lineZones } from "../fields/surfaceFields.js";

/** @type {import("./kinds.js").EditedKind} */
export const zones = {
  title: () => gettext("Pick a zone"),
  about: () => gettext("Corners, scales, A to D: everyone walks to a part of the picture, or picks it from a list."),
  mayHide: true,
  picksZones: true,
  example: () => ({
    question: gettext("Do you agree?"),
    surface: {
      kind: "plane",
      axes: { x: [gettext("Not at all"), gettext("Completely")] },
      zones: lineZones(),
    },
    settings: {},
  }),
  fields: () => [hiddenField(), timerField()],
};
