/** `guess`: where is it? The nearest guess wins, and all stay hidden until the reveal. */

import { gettext } from "../../../platform/i18n.js";
import { timerField } from "../fields/common.js";
import { WORLD } from "../fields/mapPart.js";
import { textField } from "../fields/plain.js";
import { targetsField } from "../fields/targetsField.js";

/** @type {import("./kinds.js").EditedKind} */
export const guess = {
  title: () => gettext("Guess the place"),
  about: () => gettext("The closest guess wins. Guesses stay hidden until you reveal them."),
  example: () => ({
    question: gettext("Where is Oslo?"),
    surface: { kind: "outline", view: { ...WORLD }, names: false },
    settings: { seconds: 30, targets: [[59.913, 10.746, 0]], answer: "Oslo" },
  }),
  adopted: ({ surface: { view = WORLD } = {} }) => ({ targets: [[view.lat, view.lng, 0]], answer: "" }),
  fields: () => [
    targetsField(),
    textField({ path: "settings.answer", label: gettext("Name of the right place"), limit: 60, hint: gettext("Shown at the reveal.") }),
    timerField(),
  ],
};
