/**
 * What lies under the markers: land and borders, the operator's tiles, or nothing at all. It sets
 * how far the map goes, and where it begins.
 */

import { createBasemap } from "./basemapLayer.js";
import { worldPixels } from "./mercator.js";
import { PLANE_ZOOM_STEP, ZOOM_STEP, frameOf, usesTiles } from "./surfaceFrame.js";
import { createStreets } from "./tiles.js";

/**
 * @import { Surface, View } from "../../protocol/activities.js"
 * @import { Box, Frame } from "./surfaceFrame.js"
 */

/**
 * @typedef {object} MapSettings
 * @property {string} tile_url
 * @property {string} tile_attribution
 * @property {import("../../ui/settings.js").StreetFile} [street_file] what `tile_url` names, if it is one
 * @property {{overview: string, detail: string, fine: string, names: string}} basemap
 */

/** A zoom that differs by less is the same. */
const SAME_ZOOM = 0.01;

export class Ground {
  #map;
  #container;
  #options;
  #basemap;
  #streets;
  /** Null until the first of them has come, or none. @type {boolean | null} */
  #tilesWork;
  /** @type {Surface} */
  #surface;
  /** @type {Frame} */
  #frame;
  /** The view that stays when the map's size changes: not the centre of the moment, because a
   * smaller size may have no room for the view, and the next size has again.
   * @type {View} */
  #wanted;
  #isMovedByHand = false;
  /** Whether it is not the user who moves the map just now. */
  #isOurs = false;

  /**
   * @param {L.Map} map
   * @param {Surface} surface
   * @param {MapSettings} settings
   * @param {object} options
   * @param {HTMLElement} [options.above] lies over the map's upper edge; the first view is fitted
   *   below it
   * @param {() => Box} options.free the part of the map for a plane, in CSS pixels of it
   * @param {boolean} options.fitsAgain whether the first view is fitted again to each new size,
   *   until the user moves the map
   * @param {() => void} options.tilesChanged there are streets now, or none any more: at all, or
   *   where the map is
   */
  constructor(map, surface, settings, options) {
    this.#map = map;
    this.#container = map.getContainer();
    this.#options = options;
    this.#surface = surface;
    this.#tilesWork = settings.tile_url ? null : false;
    this.#frame = this.#newFrame();
    this.#wanted = this.#frame.start;
    map.setMaxBounds(this.#frame.bounds);
    this.#basemap = createBasemap(settings.basemap);
    this.#streets = createStreets(map, settings, {
      working: (isWorking) => this.#setTilesWork(isWorking),
      viewed: () => options.tilesChanged(),
    });
    this.show(surface, { begins: true });
    this.#keepMiddle();
    this.#markSmallWorld();
  }

  /** Whether streets are shown, with names of their own. */
  get #hasTiles() {
    return this.#tilesWork === true && usesTiles(this.#surface);
  }

  /** Whether there are no such names, and none to wait for. */
  get isWithoutNames() {
    return this.#tilesWork === false || !usesTiles(this.#surface) || !this.#streets.isInView();
  }

  /**
   * @param {Surface} surface takes the place of the one before
   * @param {{ begins: boolean }} how `begins`: at its first view; otherwise nobody is moved unless
   *   their view is not on it
   */
  show(surface, { begins }) {
    const isOtherWorld = (this.#surface.kind === "plane") !== (surface.kind === "plane");
    this.#surface = surface;
    const isPlane = surface.kind === "plane";
    this.#container.classList.toggle("is-plane", isPlane);
    if (isPlane) this.#basemap.layer.remove();
    else this.#basemap.layer.addTo(this.#map);
    this.#streets.show(usesTiles(surface));
    if (begins || isOtherWorld) {
      this.#isMovedByHand = false;
      this.#as(() => this.showStart());
    } else {
      this.#limit();
    }
  }

  /** Shows the surface's first view. */
  showStart() {
    this.#limit();
    this.#go(this.#frame.start);
    this.#wanted = this.#present();
  }

  /** @param {View} view on the present surface, as far as that goes */
  showView(view) {
    this.#limit();
    const { start } = frameOf({ ...this.#surface, view }, this.#window);
    const { minZoom, maxZoom } = this.#frame;
    this.#go({ ...start, zoom: Math.max(minZoom, Math.min(maxZoom, start.zoom)) });
  }

  /** The page's colours have changed. */
  recolour() {
    this.#basemap.recolour();
    this.#streets.recolour();
  }

  /**
   * @param {{ lat: number, lng: number }} place
   * @returns {{ lat: number, lng: number }} on the surface: on a plane, within its square
   */
  onSurface(place) {
    if (this.#surface.kind !== "plane") return place;
    /** @param {number} degrees */
    const within = (degrees) => Math.max(-1, Math.min(1, degrees));
    return { lat: within(place.lat), lng: within(place.lng) };
  }

  /** @returns {Frame} for the present surface and size */
  #newFrame() {
    return frameOf(this.#surface, this.#window);
  }

  get #window() {
    const { above, free } = this.#options;
    return {
      size: this.#map.getSize(),
      covered: coveredFromAbove(this.#container, above),
      free: free(),
      hasTiles: this.#hasTiles,
    };
  }

  /** Sets how far the map goes. Never moves the user's view closer: a map that is near stays. */
  #limit() {
    const { options } = this.#map;
    this.#frame = this.#newFrame();
    options.minZoom = this.#frame.minZoom;
    options.maxZoom = this.#frame.maxZoom;
    options.zoomSnap = this.#surface.kind === "plane" ? PLANE_ZOOM_STEP : ZOOM_STEP;
    // Not setMaxBounds, which would move the map: what is to be shown comes next.
    options.maxBounds = L.latLngBounds(this.#frame.bounds);
  }

  /** @param {View} view */
  #go({ lat, lng, zoom }) {
    this.#map.setView([lat, lng], zoom, { animate: false });
  }

  /** The view that is shown, which may be less than was asked for: the map has its bounds.
   * @returns {View} */
  #present() {
    const { lat, lng } = this.#map.getCenter();
    return { lat, lng, zoom: this.#map.getZoom() };
  }

  /** @param {boolean} isWorking */
  #setTilesWork(isWorking) {
    this.#tilesWork = isWorking;
    const now = this.#map.getZoom();
    this.#limit();
    this.#map.options.maxZoom = Math.max(this.#frame.maxZoom, now);
    this.#options.tilesChanged();
  }

  /** @param {() => void} move that the user has not asked for */
  #as(move) {
    const before = this.#isOurs;
    this.#isOurs = true;
    move();
    this.#isOurs = before;
  }

  /**
   * Keeps the view when the map's size changes: a phone is turned or its keyboard opens, a
   * projector is plugged in. A whole plane stays whole.
   */
  #keepMiddle() {
    const map = this.#map;
    map.on("move", () => {
      if (this.#isOurs) return;
      this.#isMovedByHand = true;
      this.#wanted = this.#present();
    });
    const resized = () => {
      const isWhole = this.#surface.kind === "plane" && this.#wanted.zoom < this.#frame.minZoom + SAME_ZOOM;
      const fitsAgain = this.#options.fitsAgain && !this.#isMovedByHand;
      if (isWhole || fitsAgain) {
        this.showStart();
      } else {
        this.#limit();
        this.#go(this.#wanted);
      }
    };
    map.on("resize", () => this.#as(resized));
    new ResizeObserver(() => {
      // Leaflet would briefly correct a view beyond the poles: no end of a move before ours.
      this.#as(() => map.invalidateSize({ pan: false, debounceMoveend: true }));
    }).observe(this.#container);
    const { above } = this.#options;
    if (!above) return;
    new ResizeObserver(() => {
      if (this.#surface.kind === "plane") this.#as(resized);
    }).observe(above);
  }

  /**
   * Marks a map that is higher than the world: the space around it then continues
   * the sea in the north and the ice in the south; see css/map/map.css.
   */
  #markSmallWorld() {
    const mark = () => {
      const isSmall = worldPixels(this.#map.getZoom()) < this.#container.clientHeight;
      this.#container.classList.toggle("is-small-world", isSmall);
    };
    this.#map.on("zoomend resize", mark);
    mark();
  }
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
