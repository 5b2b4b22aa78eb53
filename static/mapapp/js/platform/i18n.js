/**
 * Sentences in the reader's language, from Django's JavaScript catalogue.
 *
 * Uses the functions of the catalogue (Django's `JavaScriptCatalog` view) if the
 * page has loaded it; otherwise, as in node's tests, the English of the source
 * is the sentence.
 */

/**
 * The part of Django's JavaScript catalogue that we call.
 * @typedef {object} Catalogue
 * @property {(text: string) => string} gettext
 * @property {(one: string, many: string, count: number) => string} ngettext
 */

/** @returns {Catalogue | undefined} */
function catalogue() {
  return /** @type {{ django?: Catalogue }} */ (globalThis).django;
}

/**
 * @param {string} text English, as it stands in the source
 * @returns {string}
 */
export function gettext(text) {
  return catalogue()?.gettext(text) ?? text;
}

/**
 * @param {string} one English, for a count of one
 * @param {string} many English, for every other count
 * @param {number} count
 * @returns {string}
 */
export function ngettext(one, many, count) {
  return catalogue()?.ngettext(one, many, count) ?? (count === 1 ? one : many);
}

/**
 * Fills in `%(name)s` in a translated sentence; a name without a value is left as it is.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string} plain text, not markup: set it as `textContent`
 */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
}
