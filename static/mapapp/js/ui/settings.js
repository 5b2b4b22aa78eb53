/**
 * The server's settings for every page's map (the same for everybody).
 *
 * @typedef {object} Settings
 * @property {string} tile_url a Leaflet tile address, or empty: no tiles
 * @property {string} tile_attribution HTML, from the operator
 * @property {{js: string, css: string, js_integrity: string, css_integrity: string}} leaflet_cdn
 *     all empty when the CDN is switched off
 * @property {{js: string, css: string}} leaflet_local empty where this server has no copy
 * @property {{overview: string, detail: string, fine: string, names: string}} basemap
 * @property {string} public_url the address of this server for everybody, without a slash at its
 *     end; empty if it is not set
 * @property {string} qr_library empty where this server has no copy
 */

/** @returns {Settings} */
export function readSettings() {
  return JSON.parse(document.getElementById("settings")?.textContent ?? "{}");
}
