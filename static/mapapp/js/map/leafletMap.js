import { createBasemap } from "./basemapLayer.js";
import { TILE_PIXELS } from "./mercator.js";
import { addTiles } from "./tiles.js";

/** The screen that a room's view is meant for, in CSS pixels. */
const REFERENCE = { width: 1024, height: 768 };
const ZOOM_STEP = 0.25;
const MAX_ZOOM = 19;
/** How far to the side one may go (degrees): several times around, and never to the end. */
const SIDEWAYS = 1e5;

/**
 * @typedef {object} MapSettings
 * @property {string} tile_url
 * @property {string} tile_attribution
 * @property {{overview: string, detail: string}} basemap
 */

/**
 * A Leaflet map with the base map and the tiles, showing `view`. Nothing but
 * its user moves it afterwards.
 *
 * @param {HTMLElement} container
 * @param {{lat: number, lng: number, zoom: number}} view
 * @param {MapSettings} settings
 * @returns {{map: L.Map, recolour: () => void}}
 */
export function createLeafletMap(container, view, settings) {
  const animated = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(container, {
    zoomAnimation: animated,
    fadeAnimation: animated,
    inertia: animated,
    attributionControl: false,
    zoomControl: false, // Ours are large enough for a finger.
    keyboard: false, // mapKeys.js: one's own markers come before the map in the tab order.
    doubleClickZoom: false, // The first tap of two would place a marker.
    bounceAtZoomLimits: false,
    zoomSnap: ZOOM_STEP,
    wheelPxPerZoomLevel: 90,
    worldCopyJump: true,
    trackResize: false,
    maxBounds: [
      [-85, -SIDEWAYS],
      [85, SIDEWAYS],
    ],
    maxBoundsViscosity: 1,
    minZoom: coveringZoom(container),
    maxZoom: MAX_ZOOM,
  });
  map.createPane("basemap").style.zIndex = "100";
  L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);

  map.setView([view.lat, view.lng], fittingZoom(view.zoom, container), { animate: false });
  map.on("resize", () => map.setMinZoom(coveringZoom(container)));
  // A phone's keyboard or a panel makes it smaller; what is in view stays where it is.
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(container);

  const basemap = createBasemap(settings.basemap);
  basemap.layer.addTo(map);
  addTiles(map, settings.tile_url, settings.tile_attribution);
  return { map, recolour: basemap.recolour };
}

/**
 * The smallest zoom at which the world fills the container: nobody sees it
 * twice, or the nothing beyond the poles.
 *
 * @param {HTMLElement} container
 */
function coveringZoom({ clientWidth, clientHeight }) {
  const zoom = Math.log2(Math.max(clientWidth, clientHeight) / TILE_PIXELS);
  return Math.max(1, Math.ceil(zoom / ZOOM_STEP) * ZOOM_STEP);
}

/**
 * The zoom at which this container shows about what the reference screen shows.
 *
 * @param {number} zoom
 * @param {HTMLElement} container
 */
function fittingZoom(zoom, container) {
  const { clientWidth, clientHeight } = container;
  const share = Math.min(clientWidth / REFERENCE.width, clientHeight / REFERENCE.height);
  const fitting = Math.floor((zoom + Math.log2(share)) / ZOOM_STEP) * ZOOM_STEP;
  return Math.max(coveringZoom(container), fitting);
}
