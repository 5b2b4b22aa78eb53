/** Numbers, distances and lists as people say them, in the page's language. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";

/** @returns {string} the page's language */
function language() {
  return globalThis.document?.documentElement.lang || "en";
}

/** @param {number} count @returns {string} */
export function countText(count) {
  return new Intl.NumberFormat(language()).format(count);
}

/** @param {number} share from 0 to 1 @returns {string} in whole per cent */
export function shareText(share) {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(share);
}

/**
 * @param {number} km at least 0
 * @returns {string} metres below a kilometre, else kilometres; no more digits than anybody aims
 *   with
 */
export function distanceText(km) {
  const exact = Math.round(km * 1000);
  const metres = exact < 100 ? exact : Math.round(exact / 10) * 10;
  if (metres < 1000) return unitText(metres, "meter");
  if (km < 9.95) return unitText(Math.round(km * 10) / 10, "kilometer");
  return unitText(Math.round(km), "kilometer");
}

/**
 * @param {number} value
 * @param {"meter" | "kilometer"} unit
 */
function unitText(value, unit) {
  return new Intl.NumberFormat(language(), { style: "unit", unit }).format(value);
}

/** @param {number} count @returns {string} */
export function peopleText(count) {
  return interpolate(ngettext("%(count)s person", "%(count)s people", count), {
    count: countText(count),
  });
}

/** Countries whose English names have an article. */
const WITH_THE = new Set(
  "AE BS CF CK DO FK FO GB GM KM KY MH MP MV NL PH SB TC US VI VG VA".split(" "),
);

/**
 * @param {string} code ISO 3166-1 alpha-2
 * @param {string} name in English, for codes that the browser does not know
 * @returns {string} as it stands after "in"
 */
export function countryText(code, name) {
  let known;
  try {
    known = new Intl.DisplayNames(language(), { type: "region", fallback: "none" }).of(code);
  } catch {
    known = undefined; // not a code, or a browser without the names
  }
  const shown = known ?? name;
  return language().startsWith("en") && WITH_THE.has(code)
    ? interpolate(gettext("the %(country)s"), { country: shown })
    : shown;
}

/** @param {string[]} parts @returns {string} "a, b and c" */
export function listText(parts) {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(parts);
}

/** @param {string} text @returns {string} with a capital letter at the beginning */
export function sentenceCase(text) {
  const [first = ""] = text;
  return first.toLocaleUpperCase(language()) + text.slice(first.length);
}
