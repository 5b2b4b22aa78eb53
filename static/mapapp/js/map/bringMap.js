import { basemapData } from "./basemapData.js";
import { loadLeaflet } from "./leaflet.js";

/**
 * @typedef {import("./leaflet.js").LeafletSources
 *   & {basemap: {overview: string}}} MapSources
 */

/**
 * Fetches what every map needs, all at the same time. Without the base map
 * there is a map too, without Leaflet there is none.
 *
 * @param {MapSources} sources
 * @throws {Error} when Leaflet is nowhere to be had
 */
export async function bringMap(sources) {
  basemapData(sources.basemap.overview).catch(() => {});
  await loadLeaflet(sources);
}
