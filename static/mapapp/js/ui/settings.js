/**
 * What the server tells every page about the map (the same for everybody).
 *
 * @typedef {object} Settings
 * @property {string} tile_url a Leaflet tile address, or empty: no tiles
 * @property {string} tile_attribution HTML, from the operator
 * @property {{js: string, css: string, js_integrity: string, css_integrity: string}} leaflet_cdn
 *     all empty when the CDN is switched off
 * @property {{js: string, css: string}} leaflet_local empty where this server has no copy
 * @property {{overview: string, detail: string}} basemap
 * @property {string} public_url where everybody reaches this server, without a slash at its end;
 *     empty where it is not set
 * @property {string} qr_library empty where this server has no copy
 */

/** @returns {Settings} */
export function readSettings() {
  return JSON.parse(document.getElementById("settings")?.textContent ?? "{}");
}
