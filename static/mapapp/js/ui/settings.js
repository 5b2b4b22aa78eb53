/**
 * The server's settings for every page's map (the same for everybody).
 *
 * @typedef {object} Settings
 * @property {string} tile_url a Leaflet tile address, or the street map's; empty for no streets
 * @property {string} tile_attribution HTML, from the operator
 * @property {StreetFile} [street_file] the operator's own street map, if that is `tile_url`
 * @property {{js: string, css: string, js_integrity: string, css_integrity: string}} leaflet_cdn
 *     all empty when the CDN is switched off
 * @property {{js: string, css: string}} leaflet_local empty where this server has no copy
 * @property {{overview: string, detail: string, fine: string, names: string}} basemap
 * @property {string} public_url the address of this server for everybody, without a slash at its
 *     end; empty if it is not set
 * @property {string} qr_library empty where this server has no copy
 */

/**
 * A street map in the server's data folder, in PMTiles format.
 *
 * @typedef {object} StreetFile
 * @property {"vector" | "png" | "jpeg" | "webp"} kind of its tiles
 * @property {number} min_zoom of its tiles
 * @property {number} max_zoom
 * @property {[south: number, west: number, north: number, east: number]} bounds degrees
 * @property {string} attribution HTML
 * @property {{url: string, integrity: string}[]} libraries that draw it, in this order
 */

/** @returns {Settings} */
export function readSettings() {
  return JSON.parse(document.getElementById("settings")?.textContent ?? "{}");
}
