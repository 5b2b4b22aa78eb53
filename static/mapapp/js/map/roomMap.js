/**
 * The map of a room: shows what the session knows, and tells what its user does.
 */

import { Emitter } from "../platform/emitter.js";
import { basemapData } from "./ground/basemapData.js";
import { clearest } from "./view/clearest.js";
import { extentOf, freePart, zoomFor } from "./view/fit.js";
import { Handles } from "./input/handles.js";
import { markerAt } from "./markers/hitTest.js";
import { loadLeaflet } from "./ground/leaflet.js";
import { createLeafletMap } from "./ground/leafletMap.js";
import { enableLongPresses } from "./input/longPresses.js";
import { MarkerCanvas } from "./markers/markerCanvas.js";
import { enableMapKeys } from "./input/mapKeys.js";
import { Drawn, MarkerScene } from "./markers/markerScene.js";
import { OwnDrag } from "./input/ownDrag.js";
import { enablePointerDrags } from "./input/pointerDrags.js";
import { jumpTo, showAt } from "./view/showAt.js";
import { Steps } from "./input/steps.js";
import { Taps } from "./input/taps.js";
import { clearPlace, within } from "./view/wayOut.js";
import { ZoomSteps } from "./input/zoomSteps.js";

/**
 * @import { Session } from "../room/session.js"
 * @import { Change } from "../protocol/messages.js"
 * @import { Answer } from "../room/outbox.js"
 * @import { LeafletSources } from "./ground/leaflet.js"
 * @import { MapSettings } from "./ground/leafletMap.js"
 * @import { Overview } from "./markers/markerCanvas.js"
 * @import { Box } from "./view/wayOut.js"
 */

/** @typedef {{ lat: number, lng: number }} Place WGS 84 degrees */

/**
 * What it tells. `choose`: a marker's number, or null for none any more. `tap`: a free place
 * was tapped. `enter`: Enter on the map itself, with the place in its middle. `lift`: a marker's
 * number. `travel`: the map begins to show another part. `settle`: a drag has been stored or
 * refused. `crowded`: whether so many markers are in view that an overview would show more.
 * @typedef {object} RoomMapEvents
 * @property {[number: number | null]} choose
 * @property {[place: Place]} tap
 * @property {[place: Place]} enter
 * @property {[number: number]} lift
 * @property {[]} travel
 * @property {[drag: { number: number, answer: Answer }]} settle
 * @property {[isCrowded: boolean]} crowded
 */

/**
 * What this page's user may do with which marker.
 * @typedef {object} Rights
 * @property {(number: number) => boolean} isOwn it is one's own, among those of others
 * @property {(number: number) => boolean} mayMove
 * @property {(number: number) => boolean} mayChoose
 * @property {() => boolean} mayAdd a tap on a free place adds a marker
 */

/**
 * @typedef {object} RoomMapOptions
 * @property {HTMLElement} container
 * @property {Session} session
 * @property {MapSettings & LeafletSources} settings
 * @property {Rights} [rights]
 * @property {(number: number) => string} [nameOf] what a marker is called, read aloud
 * @property {string} [enterHelp] what Enter on the map does
 * @property {() => import("./markers/markerCanvas.js").Sizes} [sizes] of markers and labels, for the
 *   map's present size
 * @property {HTMLElement} [above] lies over the map's upper edge; the first view leaves room for
 *   it. Of one height for all who see the same room, or they would see different views.
 * @property {() => Box[]} [covered] what lies over the map, in CSS pixels of the page
 * @property {(times: number) => Promise<void>} troubled what a map needs cannot be had; told how
 *   often that was so, it returns when it is time to try again
 * @property {boolean} [fitsAgain] whether the room's view is fitted to each new size of the
 *   map, until its user moves it
 */

/** With so many markers in view an overview shows more … */
const CROWD = 500;
/** … and with fewer than this no longer. */
const CROWD_ENDS = 400;

/** How far a marker that was asked for is from what covers the map, in CSS pixels. */
const CLEAR = 36;
/** The same where a small phone's sheet leaves less: the marker with its ring, or its middle. */
const CLEAR_IF_NEED_BE = /** @type {const} */ ([22, 8]);

/** A free band lower than this share of the map, as on a phone held sideways, is no view of it. */
const LOW = 0.4;

/** The closest zoom at which all markers are shown when there are few … */
const CLOSEST = 5;
/** … and from which on one's own are shown as near as the map is. */
const NEAR = 3;

/** A screen: it shows and does nothing else. @type {Rights} */
const LOOK_ONLY = {
  isOwn: () => false,
  mayMove: () => false,
  mayChoose: () => false,
  mayAdd: () => false,
};

/** @extends {Emitter<RoomMapEvents>} */
export class RoomMap extends Emitter {
  /** @type {number | null} */
  chosen = null;
  #session;
  #rights;
  #scene = new MarkerScene();
  #map;
  #recolourBasemap;
  #showStart;
  #canvas;
  #zoom;
  #steps;
  #handles;
  /** The markers that have a handle, and that are drawn as one's own.
   * @type {Set<number>} */
  #own = new Set();
  #covered;
  #isCrowded = false;
  #taps;
  #focusMap;
  /** Where a tap is about to put a marker. @type {{lat: number, lng: number} | null} */
  #previewed = null;

  /**
   * Brings what a map needs, all at the same time, and opens it when the
   * session knows the room. Without the base map's file there is a map too;
   * Leaflet it needs, and tries again until it has it.
   *
   * @param {RoomMapOptions} options
   * @returns {Promise<RoomMap>}
   */
  static async open(options) {
    basemapData(options.settings.basemap.overview).catch(() => {});
    await Promise.all([leafletAtLast(options), whenReady(options.session)]);
    return new RoomMap(options);
  }

  /** @param {RoomMapOptions} options for a session that knows the room; see `open` */
  constructor({
    container,
    session,
    settings,
    rights = LOOK_ONLY,
    nameOf = String,
    enterHelp = "",
    sizes = phoneSizes,
    above,
    covered = () => [],
    fitsAgain = false,
  }) {
    super();
    this.#session = session;
    this.#rights = rights;
    this.#covered = covered;
    const { map, recolour, showStart } = createLeafletMap(container, session.state.activity.view, settings, {
      above,
      fitsAgain,
    });
    this.#map = map;
    this.#zoom = new ZoomSteps(map);
    this.#recolourBasemap = recolour;
    this.#showStart = showStart;
    this.#canvas = new MarkerCanvas(map, this.#scene, {
      sizes,
      covered,
      afterDrawing: () => this.#drawnOnce(),
    });
    /** @param {number} number */
    const lift = (number) => this.#lift(number);
    this.#steps = new Steps(map, { lift, place: (number) => this.#located(number) });
    this.#focusMap = enableMapKeys(map, {
      help: enterHelp,
      onEnter: () => this.emit("enter", this.centre()),
      zoomBy: (step) => this.#zoom.by(step),
    });
    this.#handles = new Handles(container, {
      steps: this.#steps,
      choose: (number) => this.choose(number),
      nameOf,
      onFocusLost: this.#focusMap,
    });
    enablePointerDrags(map, {
      lift,
      movableAt: (x, y, finger) => this.#drawn(this.#markerAt(x, y, finger, rights.mayMove)),
    });
    this.#taps = new Taps(map, {
      tap: (place) => this.emit("tap", place),
      wait: (place) => this.#preview(place),
    });
    map.on("click", ({ containerPoint, originalEvent }) => {
      const isMouse = "pointerType" in originalEvent && originalEvent.pointerType === "mouse";
      this.#onPress(containerPoint, !isMouse);
    });
    enableLongPresses(map, (at) => this.#onPress(at, true));
    map.on("movestart zoomstart", () => this.emit("travel"));
    map.on("moveend", () => this.#look());
    this.#follow();
    if (!fitsAgain) this.#beginWithAll();
    this.#look();
  }

  // What the page asks for ------------------------------------------------------------

  /** @param {number | null} number of the marker to choose; null for none */
  choose(number) {
    if (number === this.chosen) return;
    this.#steps.drop();
    this.chosen = number;
    this.#mark();
    this.emit("choose", number);
  }

  /** The place in the middle of the map. */
  centre() {
    const { lat, lng } = this.#map.getCenter().wrap();
    return { lat, lng };
  }

  /**
   * Moves the map so that a marker is in the part of it that nothing covers.
   * Only ever because its user has asked for that marker.
   *
   * @param {number} number
   * @param {Box} sheet covers a part of the map now; CSS pixels of the page
   */
  bringIntoView(number, sheet) {
    const drawn = this.#located(number);
    if (!drawn) return;
    const boxes = within(this.#map.getContainer(), [...this.#covered(), sheet]);
    const from = { x: drawn.px, y: drawn.py };
    const there = clearPlace(from, this.#map.getSize(), boxes, [CLEAR, ...CLEAR_IF_NEED_BE]);
    if (there.x !== drawn.px || there.y !== drawn.py) showAt(this.#map, drawn, there);
  }

  /**
   * Moves the chosen marker by one press of an arrow button.
   *
   * @param {string} key the arrow key it stands for
   */
  step(key) {
    if (this.chosen !== null) this.#steps.press(this.chosen, key);
  }

  /**
   * @param {{lat: number, lng: number}} place
   * @returns {{x: number, y: number}} where on the map it is now, in CSS pixels
   */
  pointOf({ lat, lng }) {
    // The world repeats itself to the sides: the copy that is in view, or nearest to it.
    const turns = Math.round((this.#map.getCenter().lng - lng) / 360);
    const { x, y } = this.#map.latLngToContainerPoint([lat, lng + 360 * turns]);
    return { x, y };
  }

  /**
   * @param {number} number of a marker
   * @param {{x: number, y: number}} point of the map
   * @returns {number} how far it is from there, in CSS pixels
   */
  distanceTo(number, { x, y }) {
    const marker = this.#session.state.markers.get(number);
    if (!marker) return Infinity;
    const there = this.pointOf(marker);
    return Math.hypot(there.x - x, there.y - y);
  }

  /** All markers, or, as long as there are none, what was shown first. */
  showEveryone() {
    const all = [...this.#scene.markers.values()];
    this.#zoom.instead(() => (all.length > 0 ? this.#fit(all, CLOSEST) : this.#showStart()));
  }

  /** One's own markers, no nearer than the map is now if that is near enough to tell a country. */
  showOwn() {
    const own = [...this.#own].flatMap((number) => this.#drawn(number) ?? []);
    if (own.length === 0) return;
    this.#zoom.instead(() => this.#fit(own, Math.max(this.#map.getZoom(), NEAR)));
  }

  /**
   * @param {Drawn[]} markers at least one
   * @param {number} closest zoom
   */
  #fit(markers, closest) {
    const map = this.#map;
    const extent = extentOf(markers);
    const free = this.#freePart();
    const step = map.options.zoomSnap ?? 1;
    const zoom = Math.max(map.getMinZoom(), Math.min(closest, zoomFor(extent, free, step)));
    const middle = { x: (free.left + free.right) / 2, y: (free.top + free.bottom) / 2 };
    const size = map.getSize();
    if (free.bottom - free.top >= size.y * LOW) {
      jumpTo(map, extent, middle, zoom);
      return;
    }
    const boxes = within(map.getContainer(), this.#covered());
    const zooms = [];
    for (let z = Math.max(closest, zoom); z >= map.getMinZoom(); z -= step) zooms.push(z);
    const there = clearest(markers, extent, { size, boxes, clear: CLEAR_IF_NEED_BE[0] }, zooms);
    jumpTo(map, extent, there.middle, there.zoom);
  }

  /** The part of the map that nothing lies over. */
  #freePart() {
    const boxes = within(this.#map.getContainer(), this.#covered());
    return freePart(this.#map.getSize(), boxes, CLEAR);
  }

  /** Where all work on the same markers, nobody begins with some of them out of view. */
  #beginWithAll() {
    const session = this.#session;
    if (!session.isCurrent) {
      session.once("state", () => this.#beginWithAll());
      return;
    }
    const all = [...this.#scene.markers.values()];
    if (session.state.activity.kind !== "shared" || all.length === 0) return;
    const { left, top, right, bottom } = this.#freePart();
    this.#canvas.camera.update(performance.now());
    const isSeen = all.every((drawn) => {
      this.#canvas.locate(drawn);
      return drawn.px > left && drawn.px < right && drawn.py > top && drawn.py < bottom;
    });
    if (!isSeen) this.#fit(all, this.#map.getZoom());
  }

  /** Gives the map itself the focus. */
  focusMap() {
    this.#focusMap();
  }

  zoomIn() {
    this.#zoom.by(1);
  }

  zoomOut() {
    this.#zoom.by(-1);
  }

  /** @param {number} number of a marker that has a handle */
  focus(number) {
    this.#handles.focus(number);
  }

  /** @param {Overview | null} overview shown in place of other people's markers; null for those */
  showOverview(overview) {
    this.#canvas.overview = overview;
  }

  /** The page's colours have changed. */
  recolour() {
    this.#recolourBasemap();
    this.#canvas.restyle();
  }

  /** Rights or names may be different now. */
  refresh() {
    this.#mark();
  }

  // What the session tells ------------------------------------------------------------

  #follow() {
    const session = this.#session;
    session.on("state", ({ changes, snapshot }) => {
      if (snapshot) this.#showAll();
      else changes.forEach((change) => this.#show(change));
      this.#mark();
    });
    session.on("moves", (moves) => {
      const now = performance.now();
      const mayBePlacedHere = session.unsaved > 0;
      for (const [number, lat, lng] of moves) {
        if (mayBePlacedHere && this.#placedHere(number)) continue;
        this.#scene.move(number, lat, lng, now);
      }
      this.#canvas.requestDraw();
    });
    session.on(["saved", "status", "me"], () => this.#mark());
    this.#showAll();
    this.#mark();
  }

  /** After each frame that was drawn. */
  #drawnOnce() {
    this.#handles.follow(this.#scene.markers);
    const isCrowded = this.#canvas.inView > (this.#isCrowded ? CROWD_ENDS : CROWD);
    if (isCrowded !== this.#isCrowded) {
      this.#isCrowded = isCrowded;
      this.emit("crowded", isCrowded);
    }
  }

  #showAll() {
    this.#scene.reset(this.#session.state.markers.values());
    for (const number of this.#scene.markers.keys()) this.#showPlacedHere(number);
  }

  /** @param {Change} change */
  #show({ marker: number }) {
    if (number === undefined) return;
    const marker = this.#session.state.markers.get(number);
    if (!marker) this.#scene.remove(number);
    else this.#scene.put(marker, performance.now(), !this.#placedHere(number));
    this.#showPlacedHere(number);
  }

  /**
   * Where this person has put a marker, while the room does not show it there yet.
   *
   * @param {number} number
   */
  #placedHere(number) {
    return this.#session.unsaved ? this.#session.pendingPosition(number) : null;
  }

  /** @param {number} number */
  #showPlacedHere(number) {
    const there = this.#placedHere(number);
    const drawn = this.#drawn(number);
    if (there && drawn && !drawn.hand) drawn.snap(there.lat, there.lng);
  }

  /** Brings what is drawn with a marker in line: whose it is, who moves it, whether it is saved. */
  #mark() {
    const { state, me } = this.#session;
    // With a connection it is a matter of a moment, and a flicker helps nobody.
    const unsaved = this.#session.unsaved > 0 && this.#session.status.name !== "live";
    if (this.chosen !== null && !state.markers.has(this.chosen)) {
      this.chosen = null;
      this.emit("choose", null);
    }
    this.#own.clear();
    for (const [number, drawn] of this.#scene.markers) {
      const holder = state.markers.get(number)?.holder ?? 0;
      drawn.holder = holder && holder !== me.person ? (state.people.get(holder) ?? "") : "";
      drawn.own = this.#rights.isOwn(number);
      drawn.chosen = number === this.chosen;
      drawn.unsaved = unsaved && this.#session.isUnsaved(number);
      if (drawn.own) this.#own.add(number);
    }
    const handles = this.chosen === null ? this.#own : new Set([...this.#own, this.chosen]);
    this.#handles.show(handles, this.chosen);
    const previewed = this.#previewed ? [this.#previewed] : [];
    /** @type {{lat: number, lng: number, colour?: number, icon?: number}[]} */
    const adds = [...this.#session.pendingAdds, ...previewed];
    this.#scene.pending = adds.map((add) => {
      const drawn = new Drawn(0, add.lat, add.lng);
      return Object.assign(drawn, {
        own: true,
        unsaved: true,
        colour: add.colour ?? 0,
        icon: add.icon ?? 0,
      });
    });
    this.#canvas.requestDraw();
  }

  #look() {
    const bounds = this.#map.getBounds();
    this.#session.look({
      south: bounds.getSouth(),
      west: bounds.getWest(),
      north: bounds.getNorth(),
      east: bounds.getEast(),
    });
  }

  // What its user does ------------------------------------------------------------------

  /**
   * @param {L.Point} at container pixels
   * @param {boolean} finger or a pen, rather than a mouse
   */
  #onPress(at, finger) {
    const found = this.#markerAt(at.x, at.y, finger, this.#rights.mayChoose);
    if (found !== null) {
      this.#taps.flush();
      this.choose(found);
      return;
    }
    const { lat, lng } = this.#map.containerPointToLatLng(at).wrap();
    if (this.chosen === null) this.#taps.take(at.x, at.y, { lat, lng });
    else this.emit("tap", { lat, lng });
  }

  /** Shows at once what a tap will most likely do. @param {{lat: number, lng: number} | null} place */
  #preview(place) {
    this.#previewed = place && this.#rights.mayAdd() ? place : null;
    this.#mark();
  }

  /**
   * @param {number} number
   * @returns {OwnDrag}
   */
  #lift(number) {
    const drawn = /** @type {Drawn} */ (this.#drawn(number));
    this.emit("lift", number);
    return new OwnDrag(drawn, this.#session.drag(number), {
      redraw: () => this.#canvas.requestDraw(),
      settled: (answer) => {
        // Whatever came of it: from here on it is where the room says.
        const marker = this.#session.state.markers.get(number);
        if (marker && !this.#placedHere(number)) this.#scene.put(marker, performance.now(), true);
        this.#mark();
        this.emit("settle", { number, answer });
      },
    });
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean} finger
   * @param {(number: number) => boolean} accepts
   */
  #markerAt(x, y, finger, accepts) {
    return markerAt(this.#scene.markers.values(), x, y, { finger, accepts });
  }

  /** @param {number | null} number */
  #drawn(number) {
    return (number !== null && this.#scene.markers.get(number)) || null;
  }

  /** As it would be drawn now: it may have been moved since the last frame. @param {number} number */
  #located(number) {
    const drawn = this.#drawn(number);
    if (drawn) this.#canvas.locate(drawn);
    return drawn;
  }
}

/** @param {RoomMapOptions} options */
async function leafletAtLast({ settings, troubled }) {
  for (let times = 1; ; times += 1) {
    try {
      await loadLeaflet(settings);
      return;
    } catch {
      await troubled(times);
    }
  }
}

/**
 * @param {Session} session
 * @returns {Promise<void>} when it has received the room's state once
 */
function whenReady(session) {
  return new Promise((resolve) => {
    if (session.ready) resolve();
    else session.once("state", () => resolve());
  });
}

/** Labels are as large as the reader wants text to be. */
function phoneSizes() {
  const { fontSize } = getComputedStyle(document.documentElement);
  return { radius: 11, labelScale: Math.max(1, Math.min(2, parseFloat(fontSize) / 16)) };
}
