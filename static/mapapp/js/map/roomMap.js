/**
 * The map of a room: shows the session's state, and reports its user's actions.
 */

import { Emitter } from "../platform/emitter.js";
import { laterPart } from "../platform/laterPart.js";
import { basemapData } from "./ground/basemapData.js";
import { Handles } from "./input/handles.js";
import { markerAt } from "./markers/hitTest.js";
import { leafletAtLast } from "./ground/leaflet.js";
import { createLeafletMap } from "./ground/leafletMap.js";
import { Ground } from "./ground/ground.js";
import { enableLongPresses } from "./input/longPresses.js";
import { MarkerCanvas } from "./markers/markerCanvas.js";
import { enableMapKeys } from "./input/mapKeys.js";
import { MarkerScene } from "./markers/markerScene.js";
import { Spotlight } from "./markers/spotlight.js";
import { HeldMarker } from "./input/heldMarker.js";
import { enablePointerInput } from "./input/pointerInput.js";
import { Steps } from "./input/steps.js";
import { Taps } from "./input/taps.js";
import { LOOK_ONLY, phoneSizes } from "./options.js";
import { SceneSync } from "./sceneSync.js";
import { AnswerPainter } from "./surface/answerPainter.js";
import { NamePainter } from "./surface/namePainter.js";
import { SurfaceView } from "./surface/surfaceView.js";
import { Framing } from "./view/framing.js";
import { freeSquare } from "./view/freeSquare.js";
import { within } from "./view/nearestFree.js";
import { ZoomSteps } from "./input/zoomSteps.js";
import { isOnEarth } from "../room/activity.js";
import { kindOf } from "../room/kinds/kinds.js";

/**
 * @import { View } from "../protocol/activities.js"
 * @import { Session } from "../room/session.js"
 * @import { Overview } from "./markers/markerCanvas.js"
 * @import { Middle } from "./ground/middleLayer.js"
 * @import { MarkerView } from "./markers/markerScene.js"
 * @import { RoomMapEvents, RoomMapOptions } from "./options.js"
 * @import { Area } from "./view/area.js"
 * @import { Box } from "./view/nearestFree.js"
 */

/** With more markers than this in view, an overview shows more than the markers … */
const CROWD = 500;
/** … until no more than this are left. */
const CROWD_ENDS = 400;

/** Between a plane and what lies around it (CSS pixels). */
const PLANE_MARGIN = 12;

/** @extends {Emitter<RoomMapEvents>} */
export class RoomMap extends Emitter {
  #session;
  #rights;
  #scene = new MarkerScene();
  #map;
  #ground;
  #surface;
  #answers;
  #names;
  /** Whether others' markers were hidden from this page. */
  #wasHidden = false;
  /** The number of the activity whose surface is shown, and that surface as text. */
  #shown = { number: 0, surface: "" };
  #framing;
  #sync;
  #canvas;
  /** @type {Middle | null} */
  #middle = null;
  #middleLayer = laterPart(async () => {
    const { MiddleLayer } = await import("./ground/middleLayer.js");
    return new MiddleLayer(this.#map);
  });
  #hasMiddle = false;
  #zoom;
  #steps;
  #handles;
  #spotlight;
  #isCrowded = false;
  #taps;
  #focusMap;

  /**
   * Loads a map's parts, all at the same time, and creates it when the session
   * knows the room. The base map's file is optional; Leaflet is required, and
   * loading it is tried again until it succeeds.
   *
   * @param {RoomMapOptions} options
   * @returns {Promise<RoomMap>}
   */
  static async create(options) {
    basemapData(options.settings.basemap.overview).catch(() => {});
    await Promise.all([leafletAtLast(options.settings, options.troubled), whenReady(options.session)]);
    return new RoomMap(options);
  }

  /** @param {RoomMapOptions} options for a session that knows the room; see `create` */
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
    const { surface } = session.state.activity;
    const map = createLeafletMap(container);
    this.#map = map;
    this.#ground = new Ground(map, surface, settings, {
      above,
      free: () => freeSquare(map.getSize(), within(container, covered()), PLANE_MARGIN),
      fitsAgain,
      tilesChanged: () => this.#showNames(),
    });
    this.#zoom = new ZoomSteps(map);
    this.#answers = new AnswerPainter(session);
    this.#names = new NamePainter(map, settings.basemap.names, () => this.#surface.requestDraw());
    this.#surface = new SurfaceView(map, sizes, { below: [this.#names], above: [this.#answers] });
    this.#canvas = new MarkerCanvas(map, this.#scene, {
      sizes,
      covered,
      afterDrawing: () => this.#drawnOnce(),
    });
    this.#framing = new Framing(map, this.#canvas, covered);
    this.#sync = new SceneSync(session, this.#scene, rights.isOwn, {
      moved: () => this.#canvas.requestDraw(),
      marked: () => this.#marked(),
      chosenGone: () => this.emit("choose", null),
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
    this.#spotlight = new Spotlight(container);
    enablePointerInput(map, {
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
    this.#showSurface();
    this.#showAnswers();
    session.on("state", ({ snapshot }) => {
      if (snapshot) this.#showSurface();
      this.#showAnswers();
    });
    this.#sync.start();
    if (!fitsAgain) this.#beginWithAll();
    this.#look();
  }

  // For the page ------------------------------------------------------------------------

  /** @returns {number | null} the number of the chosen marker; null without one */
  get chosen() {
    return this.#sync.chosen;
  }

  /** @param {number | null} number of the marker to choose; null for none */
  choose(number) {
    if (number === this.chosen) return;
    this.#steps.drop();
    this.#sync.chosen = number;
    this.#sync.mark();
    this.emit("choose", number);
  }

  /** The place at the centre of the map. */
  centre() {
    return this.#ground.onSurface(this.#map.getCenter().wrap());
  }

  /**
   * Moves the map so that a marker is in its uncovered part. Only to be called
   * because the user has asked for that marker.
   *
   * @param {number} number
   * @param {Box} sheet covers a part of the map now; CSS pixels of the page
   */
  bringIntoView(number, sheet) {
    this.#zoom.instead(() => {
      const drawn = this.#located(number);
      if (drawn) this.#framing.bringIntoView(drawn, sheet);
    });
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
   * @returns {{x: number, y: number}} its present position on the map, in CSS pixels
   */
  pointOf({ lat, lng }) {
    // The world repeats sideways: take the copy in view, or the one nearest to it.
    const turns = Math.round((this.#map.getCenter().lng - lng) / 360);
    const { x, y } = this.#map.latLngToContainerPoint([lat, lng + 360 * turns]);
    return { x, y };
  }

  /**
   * @param {number} number of a marker
   * @param {{x: number, y: number}} point of the map
   * @returns {number} its distance from there, in CSS pixels
   */
  distanceTo(number, { x, y }) {
    const marker = this.#session.state.markers.get(number);
    if (!marker) return Infinity;
    const there = this.pointOf(marker);
    return Math.hypot(there.x - x, there.y - y);
  }

  /** Shows all markers, or the first view while there are none. */
  showEveryone() {
    const all = [...this.#scene.markers.values()];
    this.#zoom.instead(() => (all.length > 0 ? this.#framing.showAll(all) : this.#ground.showStart()));
  }

  /**
   * Shows a place, because the user has asked for it.
   *
   * @param {View} view for a window of 1024 × 768
   */
  showView(view) {
    this.#zoom.instead(() => this.#ground.showView(view));
  }

  /** Shows the first view of the activity. */
  showStart() {
    this.#zoom.instead(() => this.#ground.showStart());
  }

  /**
   * Shows a part of the world, in the part of the map that nothing covers.
   *
   * @param {Area} area
   * @param {{ glide: boolean }} how in one long motion, or at once
   */
  showArea(area, { glide }) {
    this.#zoom.instead(() => this.#framing.showArea(area, glide));
  }

  /** @returns {Area} the part of the world that the user sees now */
  shownArea() {
    return this.#framing.shownArea;
  }

  /** @returns {View} what the user sees now, as the first view of an activity */
  roomView() {
    return this.#framing.shownView;
  }

  /** Shows one's own markers, no closer than now if a country can be recognised already. */
  showOwn() {
    const own = [...this.#sync.own].flatMap((number) => this.#drawn(number) ?? []);
    if (own.length > 0) this.#zoom.instead(() => this.#framing.showNear(own));
  }

  /** In a room of shared markers, makes sure that the first view shows all of them. */
  #beginWithAll() {
    const session = this.#session;
    if (!session.isCurrent) {
      session.once("state", () => this.#beginWithAll());
      return;
    }
    const all = [...this.#scene.markers.values()];
    const { isEverybodys } = kindOf(session.state.activity);
    if (!isEverybodys || all.length === 0) return;
    this.#zoom.instead(() => this.#framing.showIfHidden(all));
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

  /** @param {Overview | null} overview shown in place of other people's markers; null for those */
  showOverview(overview) {
    this.#canvas.overview = overview;
  }

  /**
   * What draws it comes when there is the first to be drawn.
   *
   * @param {Middle | null} middle of the room, drawn on the map; null for none
   */
  async showMiddle(middle) {
    this.#middle = middle;
    this.#hasMiddle ||= middle !== null;
    if (this.#hasMiddle) (await this.#middleLayer())?.show(this.#middle);
  }

  /** The page's colours have changed. */
  recolour() {
    this.#ground.recolour();
    this.#surface.restyle();
    this.#canvas.restyle();
  }

  // Display -----------------------------------------------------------------------------

  /** The room may have gone on to another activity, or its host has changed the surface. */
  #showSurface() {
    const { number, surface } = this.#session.state.activity;
    const text = JSON.stringify(surface);
    const begins = number !== this.#shown.number;
    if (!begins && text === this.#shown.surface) return;
    const isFirst = this.#shown.surface === "";
    this.#shown = { number, surface: text };
    this.#surface.show(surface);
    if (isFirst) {
      this.#showNames();
      return;
    }
    this.#steps.drop();
    this.#zoom.instead(() => {
      this.#ground.show(surface, { begins });
      this.#showNames();
    });
  }

  /** Called after each frame that was drawn. */
  #drawnOnce() {
    this.#handles.follow(this.#scene.markers);
    this.#spotlight.marker = this.#session.state.spotlight;
    this.#spotlight.follow(this.#scene.markers);
    const isCrowded = this.#canvas.inView > (this.#isCrowded ? CROWD_ENDS : CROWD);
    if (isCrowded !== this.#isCrowded) {
      this.#isCrowded = isCrowded;
      this.emit("crowded", isCrowded);
    }
  }

  /** Names of places, unless tiles bring theirs, or they would give an answer away. */
  #showNames() {
    const { activity } = this.#session.state;
    this.#names.isOn = isOnEarth(activity) && activity.surface.names && this.#ground.isWithoutNames;
    this.#surface.requestDraw();
  }

  /** What a reveal adds; and the markers that it shows appear in one motion. */
  #showAnswers() {
    const { hidden, activity } = this.#session.state;
    if (this.#answers.update()) this.#surface.requestDraw();
    const isRevealed = this.#wasHidden && !hidden && activity.stage === "revealed";
    this.#wasHidden = hidden && activity.number === this.#shown.number;
    if (isRevealed) this.#canvas.appear();
  }

  /** The look or the owners of markers may have changed. */
  #marked() {
    const { own, chosen } = this.#sync;
    this.#handles.show(chosen === null ? own : new Set([...own, chosen]), chosen);
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

  // Input -------------------------------------------------------------------------------

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
    const place = this.#ground.onSurface(this.#map.containerPointToLatLng(at).wrap());
    if (this.chosen === null) this.#taps.take(at.x, at.y, place);
    else this.emit("tap", place);
  }

  /** Shows a tap's most likely effect at once. @param {{lat: number, lng: number} | null} place */
  #preview(place) {
    this.#sync.preview = place && this.#rights.mayAdd() ? place : null;
    this.#sync.mark();
  }

  /**
   * @param {number} number
   * @returns {HeldMarker}
   */
  #lift(number) {
    const drawn = /** @type {MarkerView} */ (this.#drawn(number));
    this.emit("lift", number);
    return new HeldMarker(drawn, this.#session.drag(number), {
      onSurface: (place) => this.#ground.onSurface(place),
      redraw: () => this.#canvas.requestDraw(),
      settled: (answer) => {
        this.#sync.settle(number);
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

  /** With its position of now: it may have moved since the last frame. @param {number} number */
  #located(number) {
    const drawn = this.#drawn(number);
    if (drawn) this.#canvas.locate(drawn);
    return drawn;
  }
}

/**
 * @param {Session} session
 * @returns {Promise<void>} resolved once it has received the room's state
 */
function whenReady(session) {
  return new Promise((resolve) => {
    if (session.ready) resolve();
    else session.once("state", () => resolve());
  });
}
