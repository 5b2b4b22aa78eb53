/**
 * The ground of an activity while it is prepared, drawn as the room will draw it: the view in which
 * it opens is moved with the map itself, its zones and the points to be found can be dragged.
 */

import { Emitter } from "../../platform/emitter.js";
import { gettext } from "../../platform/i18n.js";
import { element } from "../../ui/dom.js";
import { onColoursChange } from "../../ui/theme.js";
import { createBasemap } from "../ground/basemapLayer.js";
import { leafletAtLast } from "../ground/leaflet.js";
import { TILE_PIXELS } from "../ground/mercator.js";
import { usesTiles } from "../ground/surfaceFrame.js";
import { createStreets } from "../ground/tiles.js";
import { NamePainter } from "../surface/namePainter.js";
import { SurfaceView } from "../surface/surfaceView.js";
import { DrawingBox } from "./drawingBox.js";
import { viewShown, zoomOn } from "./referenceView.js";
import { PointLayer } from "./pointLayer.js";
import { belowHandles } from "./surfacePane.js";
import { ZoneLayer } from "./zoneLayer.js";
import { zoomButtons } from "./zoomButtons.js";

/**
 * @import { Box, Pin, Surface, Target, View } from "../../protocol/activities.js"
 * @import { LeafletSources } from "../ground/leaflet.js"
 * @import { MapSettings } from "../ground/ground.js"
 */

/**
 * What there is to see.
 * @typedef {object} Shown
 * @property {Surface} surface
 * @property {Target[]} [targets]
 * @property {Pin[]} [pinned]
 * @property {number} [selected] the zone with handles, by its place in the list; -1 for none
 * @property {{ lat: number, lng: number, name: string } | null} [named] a place with its name
 */

/**
 * `view`: the user has moved the map. `zone`: a zone was moved or resized. `select`: a zone was
 * tapped. `target`: a point was moved. `pin`, `choosePin`: a pinned marker was moved, or tapped. `drawn`: an area was drawn, or null if it was given up.
 * `streets`: it has turned out whether there are streets to be had.
 * @typedef {object} SurfaceMapEvents
 * @property {[view: View]} view
 * @property {[index: number, box: Box]} zone
 * @property {[index: number]} select
 * @property {[index: number, place: { lat: number, lng: number }]} target
 * @property {[index: number, place: { lat: number, lng: number }]} pin
 * @property {[index: number]} choosePin
 * @property {[box: Box | null]} drawn
 * @property {[]} streets
 */

/** Below it, Leaflet would take two worlds for one tile. */
const LEAST_ZOOM = 0.5;
const MOST_ZOOM = 19;
/** Zooms that differ by less look the same. */
const SAME_ZOOM = 0.01;
/** The square of a plane, two degrees wide, takes this share of the map. */
const PLANE_SHARE = 0.94;
const PLANE_DEGREES = 2;
/** The middle of every plane; its zoom follows the map's size. */
const PLANE_VIEW = Object.freeze({ lat: 0, lng: 0, zoom: 8 });
/** Text is as much smaller than in the room. */
const SIZES = Object.freeze({ radius: 8, labelScale: 0.8 });

/** @extends {Emitter<SurfaceMapEvents>} */
export class SurfaceMap extends Emitter {
  /** Whether the map has streets; until it has been tried, whether the server names any. */
  hasStreets;
  #map;
  #basemap;
  #names;
  #drawn;
  #zones;
  #targets;
  #pins;
  #name;
  #drawing;
  #streets;
  /** @type {Surface} */
  #surface = { kind: "outline", view: { lat: 0, lng: 0, zoom: 0 } };
  /** @type {View} as it was told last, by either side */
  #view = { lat: 0, lng: 0, zoom: -1 };
  /** Where the map was when we moved it last. */
  #fitted = { lat: 0, lng: 0, zoom: 0 };
  /** Whether the map is being moved by us. */
  #isOurs = false;

  /**
   * Loads what a map needs, and makes it.
   *
   * @param {HTMLElement} container
   * @param {MapSettings & LeafletSources} settings
   * @param {(times: number) => Promise<void>} troubled loading has failed this often; resolves
   *   when it is time to try again
   */
  static async create(container, settings, troubled) {
    await leafletAtLast(settings, troubled);
    return new SurfaceMap(container, settings);
  }

  /**
   * @param {HTMLElement} container
   * @param {MapSettings} settings
   */
  constructor(container, settings) {
    super();
    this.hasStreets = settings.tile_url !== "";
    const map = leafletMap(container);
    this.#map = map;
    this.#basemap = createBasemap(settings.basemap);
    this.#streets = createStreets(map, settings, {
      viewed: () => this.#showNames(),
      working: (isWorking) => {
        this.hasStreets = isWorking;
        this.#showNames();
        this.emit("streets");
      },
    });
    this.#names = new NamePainter(map, settings.basemap.names, () => this.#drawn.requestDraw());
    this.#drawn = new SurfaceView(map, () => SIZES, { below: [this.#names], above: [] });
    belowHandles(map);
    this.#zones = new ZoneLayer(map, {
      dragged: (zones) => this.#drawn.show({ ...this.#surface, zones }),
      changed: (index, box) => this.emit("zone", index, box),
      chosen: (index) => this.emit("select", index),
    });
    this.#targets = new PointLayer(map, "target-pin", {
      moved: (index, place) => this.emit("target", index, place),
    });
    this.#pins = new PointLayer(map, "pinned-marker", {
      moved: (index, place) => this.emit("pin", index, this.#within(place)),
      chosen: (index) => this.emit("choosePin", index),
    });
    this.#name = L.layerGroup().addTo(map);
    this.#drawing = new DrawingBox(map, (box) => this.emit("drawn", box));
    map.setView([0, 0], LEAST_ZOOM);
    nameMap(container);
    container.append(zoomButtons(map));
    map.on("moveend", () => this.#moved());
    new ResizeObserver(() => this.#resized()).observe(container);
    onColoursChange(() => {
      this.#basemap.recolour();
      this.#streets.recolour();
      this.#drawn.restyle();
    });
  }

  /** @param {Shown} shown */
  show({ surface, targets = [], pinned = [], selected = -1, named = null }) {
    const isOther = surface.kind !== this.#surface.kind || this.#view.zoom < 0;
    this.#surface = surface;
    this.#setGround();
    this.#drawn.show(surface);
    this.#showNames();
    this.#zones.show(surface.zones ?? [], selected);
    this.#targets.show(targets.map(([lat, lng, radius], index) => ({ lat, lng, radius, text: String(index + 1) })));
    this.#pins.show(pinned.map(({ lat, lng, label }, index) => ({ lat, lng, label, text: String(index + 1) })));
    this.#showName(named);
    const wanted = surface.kind === "plane" ? PLANE_VIEW : surface.view;
    const { lat, lng, zoom } = this.#view;
    if (!isOther && lat === wanted.lat && lng === wanted.lng && zoom === wanted.zoom) return;
    this.#view = { ...wanted };
    this.#fit();
  }

  /** The part of the world in view, in degrees. @returns {Box} */
  get bounds() {
    const bounds = this.#map.getBounds();
    return [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()];
  }

  /** @param {{ lat: number, lng: number }} place brought into view, if it is not */
  reveal({ lat, lng }) {
    if (!this.#map.getBounds().contains([lat, lng])) this.#map.panTo([lat, lng]);
  }

  /** The next drag draws an area; Escape gives up. */
  draw() {
    this.#map.getContainer().scrollIntoView({ block: "nearest" });
    this.#drawing.start();
  }

  /** Ends drawing without an area. */
  stopDrawing() {
    this.#drawing.stop();
  }

  /** The nearest place on the surface. @param {{ lat: number, lng: number }} place */
  #within({ lat, lng }) {
    const most = PLANE_DEGREES / 2;
    /** @param {number} degrees */
    const inside = (degrees) => Math.max(-most, Math.min(most, degrees));
    return this.#isPlane ? { lat: inside(lat), lng: inside(lng) } : { lat, lng };
  }

  get #isPlane() {
    return this.#surface.kind === "plane";
  }

  #setGround() {
    const map = this.#map;
    const isPlane = this.#isPlane;
    if (isPlane) this.#basemap.layer.remove();
    else this.#basemap.layer.addTo(map);
    this.#streets.show(usesTiles(this.#surface));
    map.getContainer().classList.toggle("is-plane", isPlane);
    const steer = isPlane ? "disable" : "enable";
    for (const handler of [map.dragging, map.scrollWheelZoom, map.touchZoom, map.doubleClickZoom, map.keyboard]) {
      handler[steer]();
    }
    map.getContainer().tabIndex = isPlane ? -1 : 0;
  }

  /** Names of places, where the streets do not bring them. */
  #showNames() {
    const { names = true } = this.#surface;
    const hasTheirs = usesTiles(this.#surface) && this.hasStreets && this.#streets.isInView();
    this.#names.isOn = !this.#isPlane && names && !hasTheirs;
    this.#drawn.requestDraw();
  }

  /** @param {Shown["named"]} named */
  #showName(named) {
    this.#name.clearLayers();
    if (!named) return;
    const icon = L.divIcon({ className: "place-dot", html: element("span", { dir: "auto" }, named.name), iconSize: undefined });
    L.marker([named.lat, named.lng], { icon, interactive: false, keyboard: false }).addTo(this.#name);
  }

  #fit() {
    const { lat, lng } = this.#view;
    const size = this.#map.getSize();
    const zoom = this.#isPlane ? planeZoom(size) : Math.max(LEAST_ZOOM, zoomOn(this.#view, size));
    this.#isOurs = true;
    this.#map.setView([lat, lng], zoom, { animate: false });
    this.#isOurs = false;
    const centre = this.#map.getCenter();
    this.#fitted = { lat: centre.lat, lng: centre.lng, zoom: this.#map.getZoom() };
  }

  #moved() {
    if (this.#isOurs || this.#isPlane || this.#view.zoom < 0) return;
    const map = this.#map;
    const centre = map.getCenter();
    const zoom = map.getZoom();
    const isSameZoom = Math.abs(zoom - this.#fitted.zoom) < SAME_ZOOM;
    // Leaflet tells of a new size, too, a moment after it.
    if (isSameZoom && map.project(centre, zoom).distanceTo(map.project(this.#fitted, zoom)) < 1) return;
    const view = viewShown({ lat: centre.lat, lng: centre.lng, zoom }, map.getSize());
    // A map too small for the view stands at its own least zoom.
    if (isSameZoom) view.zoom = this.#view.zoom;
    this.#view = view;
    this.#fitted = { lat: centre.lat, lng: centre.lng, zoom };
    this.emit("view", view);
  }

  #resized() {
    this.#isOurs = true;
    this.#map.invalidateSize({ pan: false, debounceMoveend: true });
    this.#isOurs = false;
    const { x, y } = this.#map.getSize();
    if (x > 0 && y > 0 && this.#view.zoom >= 0) this.#fit();
  }
}

/** @param {HTMLElement} container */
function leafletMap(container) {
  const animated = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(container, {
    zoomAnimation: animated,
    fadeAnimation: animated,
    inertia: animated,
    attributionControl: false,
    zoomControl: false, // Ours are large enough for a finger.
    zoomSnap: 0, // The view has steps of its own, for another size of map.
    zoomDelta: 0.5,
    wheelPxPerZoomLevel: 90,
    worldCopyJump: true,
    trackResize: false,
    minZoom: LEAST_ZOOM,
    maxZoom: MOST_ZOOM,
  });
  map.createPane("basemap").style.zIndex = "100";
  map.attributionControl = L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);
  return map;
}

/** @param {HTMLElement} container */
function nameMap(container) {
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", gettext("Map"));
  container.setAttribute("aria-description", gettext("Arrow keys move the map; plus and minus keys zoom."));
}

/** @param {L.Point} size */
function planeZoom({ x, y }) {
  const pixels = Math.max(1, Math.min(x, y)) * PLANE_SHARE;
  return Math.log2((pixels / PLANE_DEGREES) * (360 / TILE_PIXELS));
}
