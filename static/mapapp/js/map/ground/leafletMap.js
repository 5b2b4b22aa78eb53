import { createBasemap } from "./basemapLayer.js";
import { TILE_PIXELS, worldPixels } from "./mercator.js";
import { addTiles } from "./tiles.js";

/** The screen size that a room's view is meant for, in CSS pixels. */
const REFERENCE = { width: 1024, height: 768 };
const ZOOM_STEP = 0.25;
const MAX_ZOOM = 19;
/** Beyond this zoom, a map without streets would be all sea or all land. */
const OUTLINE_ZOOM = 8;
/** Below it, Leaflet would take two worlds for one tile. */
const LEAST_ZOOM = 0.5;
/** How far one may pan sideways (degrees): around the world many times, and never to an end. */
const SIDEWAYS = 1e5;

/**
 * @typedef {object} MapSettings
 * @property {string} tile_url
 * @property {string} tile_attribution
 * @property {{overview: string, detail: string}} basemap
 */

/** @typedef {{lat: number, lng: number, zoom: number}} View */

/**
 * A Leaflet map with the base map and the tiles, showing `view`. Afterwards only
 * its user moves it; when its size changes, its centre stays.
 *
 * @param {HTMLElement} container
 * @param {View} view
 * @param {MapSettings} settings
 * @param {object} options
 * @param {HTMLElement} [options.above] lies over the map's upper edge; `view` is fitted below it
 * @param {boolean} options.fitsAgain whether `view` is fitted again to each new size, until the
 *   user moves the map
 * @returns {{map: L.Map, recolour: () => void, showStart: () => void}} `showStart` goes back to
 *   `view`
 */
export function createLeafletMap(container, view, settings, { above, fitsAgain }) {
  const animated = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(container, {
    zoomAnimation: animated,
    fadeAnimation: animated,
    inertia: animated,
    attributionControl: false,
    zoomControl: false, // Ours are large enough for a finger.
    keyboard: false, // mapKeys.js: one's own markers come before the map in the tab order.
    tapHold: false, // longPresses.js; it would cancel the click of a long press on iPhones.
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
    minZoom: leastZoom(container),
    maxZoom: Math.max(OUTLINE_ZOOM, view.zoom),
  });
  map.createPane("basemap").style.zIndex = "100";
  L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);

  const fitted = () => fittedView(map, view, coveredFromAbove(container, above));
  show(map, fitted());
  keepMiddle(map, container, fitsAgain ? fitted : null);

  const basemap = createBasemap(settings.basemap);
  basemap.layer.addTo(map);
  addTiles(map, settings.tile_url, settings.tile_attribution, {
    // Never moves the user's view: a map that is closer already stays there.
    working: (isWorking) => {
      map.options.maxZoom = isWorking ? MAX_ZOOM : Math.max(OUTLINE_ZOOM, map.getZoom());
    },
  });
  markSmallWorld(map, container);
  return { map, recolour: basemap.recolour, showStart: () => show(map, fitted()) };
}

/**
 * Keeps the view when the map's size changes: a phone is turned or its keyboard
 * opens, a projector is plugged in.
 *
 * @param {L.Map} map
 * @param {HTMLElement} container
 * @param {(() => View) | null} fitted the view for the present size, until the user moves the map
 */
function keepMiddle(map, container, fitted) {
  // Not the centre of the moment: a smaller size may have no room for the view,
  // and the next size has again.
  let wanted = { ...map.getCenter(), zoom: map.getZoom() };
  let isMovedByHand = false;
  let isOurs = false;
  map.on("move", () => {
    if (isOurs) return;
    isMovedByHand = true;
    wanted = { ...map.getCenter(), zoom: map.getZoom() };
  });
  map.on("resize", () => {
    map.options.minZoom = leastZoom(container);
    show(map, fitted && !isMovedByHand ? fitted() : wanted);
  });
  new ResizeObserver(() => {
    isOurs = true;
    // Leaflet would briefly correct a view beyond the poles: no end of a move before ours.
    map.invalidateSize({ pan: false, debounceMoveend: true });
    isOurs = false;
  }).observe(container);
}

/**
 * @param {L.Map} map
 * @param {View} view
 */
function show(map, { lat, lng, zoom }) {
  map.setView([lat, lng], zoom, { animate: false });
}

/**
 * The smallest zoom: the world once from side to side. On a phone held upright
 * the map then ends above and below.
 *
 * @param {HTMLElement} container
 */
function leastZoom({ clientWidth }) {
  return Math.max(LEAST_ZOOM, zoomOf(clientWidth));
}

/**
 * The smallest zoom at which the world fills the container. No first view is
 * farther out.
 *
 * @param {HTMLElement} container
 */
function coveringZoom({ clientWidth, clientHeight }) {
  return Math.max(1, zoomOf(Math.max(clientWidth, clientHeight)));
}

/** @param {number} pixels @returns {number} the smallest zoom at which the world is that wide */
function zoomOf(pixels) {
  return Math.ceil(Math.log2(pixels / TILE_PIXELS) / ZOOM_STEP) * ZOOM_STEP;
}

/**
 * Marks a map that is higher than the world: the space around it then continues
 * the sea in the north and the ice in the south; see css/map/map.css.
 *
 * @param {L.Map} map
 * @param {HTMLElement} container
 */
function markSmallWorld(map, container) {
  const mark = () => {
    const isSmall = worldPixels(map.getZoom()) < container.clientHeight;
    container.classList.toggle("is-small-world", isSmall);
  };
  map.on("zoomend resize", mark);
  mark();
}

/**
 * The view that shows, in the uncovered part of the map, about as much of the
 * world as the reference screen does.
 *
 * @param {L.Map} map
 * @param {View} view
 * @param {number} covered CSS pixels from above
 * @returns {View}
 */
function fittedView(map, { lat, lng, zoom }, covered) {
  const { clientWidth, clientHeight } = map.getContainer();
  const height = clientHeight - covered;
  const share = Math.min(clientWidth / REFERENCE.width, height / REFERENCE.height);
  const fitting = Math.floor((zoom + Math.log2(share)) / ZOOM_STEP) * ZOOM_STEP;
  const fitted = Math.max(coveringZoom(map.getContainer()), fitting);
  const middle = map.project([lat, lng], fitted).subtract([0, covered / 2]);
  return { ...map.unproject(middle, fitted), zoom: fitted };
}

/**
 * @param {HTMLElement} container
 * @param {HTMLElement} [above] lies over its upper edge
 * @returns {number} CSS pixels; at most half the height
 */
function coveredFromAbove(container, above) {
  if (!above) return 0;
  const { top, height } = container.getBoundingClientRect();
  return Math.max(0, Math.min(above.getBoundingClientRect().bottom - top, height / 2));
}
