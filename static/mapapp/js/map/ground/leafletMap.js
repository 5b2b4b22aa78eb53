import { ZOOM_STEP } from "./surfaceFrame.js";

/** @returns {boolean} whether people may see motion */
export function isAnimated() {
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * A Leaflet map, with nothing on it yet and at no place. Only its user moves it, but for
 * `Ground`, which puts it where a surface begins.
 *
 * @param {HTMLElement} container
 * @returns {L.Map}
 */
export function createLeafletMap(container) {
  const animated = isAnimated();
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
    maxBoundsViscosity: 1,
  });
  map.createPane("basemap").style.zIndex = "100";
  L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);
  return map;
}
