/** `own`: everybody places markers of their own. */

import { gettext } from "../../../platform/i18n.js";
import { hiddenField, timerField } from "../fields/common.js";
import { WORLD } from "../fields/mapPart.js";
import { wholeField } from "../fields/plain.js";

/** @type {import("./kinds.js").EditedKind} */
export const own = {
  title: () => gettext("Everyone places a marker"),
  about: () => gettext("Each person has markers of their own."),
  mayHide: true,
  example: () => ({
    question: gettext("Where did you travel from?"),
    surface: { kind: "streets", view: { ...WORLD } },
    settings: { markers_each: 1 },
  }),
  fields: () => [
    wholeField({ path: "settings.markers_each", label: gettext("Markers per person"), least: 1, most: 100, normal: 1 }),
    hiddenField(),
    timerField(),
  ],
};
