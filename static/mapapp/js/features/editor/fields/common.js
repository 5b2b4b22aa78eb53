/** Fields that several kinds of activity have. */

import { gettext, interpolate, ngettext } from "../../../platform/i18n.js";
import { choiceField, flagField } from "./plain.js";

/** The timers that are offered, in seconds; a file may have others. */
const TIMERS = [10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/** @returns {import("./field.js").MakeField} */
export function timerField() {
  return choiceField({
    path: "settings.seconds",
    label: gettext("Timer"),
    choices: () => [["0", gettext("No timer")], ...TIMERS.map(timerChoice)],
    choose: (value, form) => form.edit("settings.seconds", Number(value)),
    read: (seconds) => String(seconds ?? 0),
    nameOf: (value) => durationWords(Number(value)),
  });
}

/** @returns {import("./field.js").MakeField} */
export function hiddenField() {
  return flagField({
    path: "settings.hidden",
    label: gettext("Hide answers until you reveal them"),
    hint: gettext("Nobody sees where the others are, so nobody follows the crowd."),
  });
}

/**
 * @param {number} seconds
 * @returns {string} "45 seconds", "2 minutes"
 */
export function durationWords(seconds) {
  if (seconds < 60 || seconds % 30) {
    return interpolate(ngettext("%(count)s second", "%(count)s seconds", seconds), { count: seconds });
  }
  const minutes = seconds / 60;
  return interpolate(ngettext("%(count)s minute", "%(count)s minutes", minutes), { count: minutes });
}

/** @param {number} seconds @returns {[string, string]} */
function timerChoice(seconds) {
  return [String(seconds), durationWords(seconds)];
}
