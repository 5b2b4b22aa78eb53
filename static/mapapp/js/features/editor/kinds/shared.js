/** `shared`: everybody moves the same markers. */

import { gettext } from "../../../platform/i18n.js";
import { timerField } from "../fields/common.js";
import { WORLD } from "../fields/mapPart.js";
import { flagField } from "../fields/plain.js";

/** @type {import("./kinds.js").EditedKind} */
export const shared = {
  title: () => gettext("Everyone moves shared markers"),
  about: () => gettext("You place them with the remote; anyone can drag them."),
  example: () => ({
    question: gettext("Where should each team go?"),
    surface: { kind: "streets", view: { ...WORLD } },
    settings: { anyone_adds: false },
  }),
  fields: () => [
    flagField({ path: "settings.anyone_adds", label: gettext("Anyone can add markers") }),
    timerField(),
  ],
};
