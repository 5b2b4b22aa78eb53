/**
 * The content of the marker canvas: each marker with the position at which it is
 * drawn, a little behind the newest one known, so that it moves smoothly.
 */

import { Track } from "./interpolation.js";
import { BETWEEN } from "../labels/labelSprites.js";
import { worldX, worldY } from "../ground/mercator.js";

/** @typedef {import("../../room/state.js").Marker} Marker */

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const point = { lat: 0, lng: 0 };

/** One marker as it is drawn. */
export class MarkerView {
  /** World units. */
  x = 0;
  y = 0;
  /** Container pixels in the last frame, if `visible`. */
  px = 0;
  py = 0;
  visible = false;
  moving = false;
  colour = 0;
  icon = 0;
  label = "";
  /** The name of the person who moves it, if that is somebody else. */
  holder = "";
  own = false;
  chosen = false;
  /** This person's own drag, which sets its position until the room's state shows the same.
   * @type {object | null} */
  hand = null;
  /** Whether it is under the finger right now. */
  raised = false;
  unsaved = false;
  /** The side of its label: before it (-1), after it (1), above it (-2), below it (2), or hidden
   * (0).
   * @type {-2 | -1 | 0 | 1 | 2} */
  labelSide = 0;
  /** Whether it is in the picture of resting markers … */
  pictured = false;
  /** … and with which look and position. */
  #picturedLook = 0;
  #picturedX = 0;
  #picturedY = 0;

  /**
   * @param {number} number
   * @param {number} lat
   * @param {number} lng
   */
  constructor(number, lat, lng) {
    this.number = number;
    this.track = new Track(lat, lng);
    this.#show(lat, lng);
  }

  /** The text of its label, with the name of its mover if any; see BETWEEN in labelSprites.js. */
  get text() {
    if (!this.holder) return this.label;
    return this.label ? `${this.label}${BETWEEN}${this.holder}` : this.holder;
  }

  /** Never hidden behind others. */
  get important() {
    return this.own || this.chosen || this.raised || this.holder !== "";
  }

  /** Whether it looks the same in every frame, with nothing special about it. */
  get rests() {
    return !this.moving && !this.unsaved && !this.important;
  }

  /** Whether the picture of resting markers shows it correctly. */
  get isAsPictured() {
    return (
      this.rests &&
      this.x === this.#picturedX &&
      this.y === this.#picturedY &&
      this.#look === this.#picturedLook
    );
  }

  rememberPictured() {
    this.#picturedX = this.x;
    this.#picturedY = this.y;
    this.#picturedLook = this.#look;
  }

  get #look() {
    return this.icon * 256 + this.colour;
  }

  /**
   * @param {number} lat
   * @param {number} lng
   */
  snap(lat, lng) {
    this.track.snap(lat, lng);
    this.#show(lat, lng);
    this.moving = false;
  }

  /**
   * @param {number} lat
   * @param {number} lng
   * @param {number} now milliseconds
   */
  push(lat, lng, now) {
    this.track.push(lat, lng, now, !reducedMotion.matches);
    this.moving = true;
  }

  /** @param {number} now milliseconds */
  advance(now) {
    this.moving = this.track.positionAt(now, point);
    this.#show(point.lat, point.lng);
  }

  /**
   * @param {number} lat
   * @param {number} lng
   */
  #show(lat, lng) {
    this.x = worldX(lng);
    this.y = worldY(lat);
  }
}

export class MarkerScene {
  /** @type {Map<number, MarkerView>} by marker number, in the order they are drawn */
  markers = new Map();
  /** Markers on their way to the server, without a number yet.
   * @type {MarkerView[]} */
  pending = [];

  /** @param {Iterable<Marker>} markers all there are */
  reset(markers) {
    const before = this.markers;
    this.markers = new Map();
    for (const marker of markers) {
      const known = before.get(marker.number);
      if (known) this.markers.set(marker.number, known);
      this.put(marker, performance.now(), false);
    }
    for (const [number, drawn] of before) drawn.visible &&= this.markers.has(number);
  }

  /**
   * @param {Marker} marker
   * @param {number} now milliseconds
   * @param {boolean} animate whether it glides to a new position
   */
  put(marker, now, animate) {
    let drawn = this.markers.get(marker.number);
    if (!drawn) {
      drawn = new MarkerView(marker.number, marker.lat, marker.lng);
      this.markers.set(marker.number, drawn);
    } else if (!drawn.hand) {
      if (animate) drawn.push(marker.lat, marker.lng, now);
      else drawn.snap(marker.lat, marker.lng);
    }
    drawn.colour = marker.colour;
    drawn.icon = marker.icon;
    drawn.label = marker.label;
    return drawn;
  }

  /**
   * A remote move. The marker under this person's own finger does not follow it: the
   * server's position is older than the finger's.
   *
   * @param {number} number
   * @param {number} lat
   * @param {number} lng
   * @param {number} now milliseconds
   */
  move(number, lat, lng, now) {
    const drawn = this.markers.get(number);
    if (drawn && !drawn.hand) drawn.push(lat, lng, now);
  }

  /** @param {number} number */
  remove(number) {
    const drawn = this.markers.get(number);
    if (drawn) drawn.visible = false;
    this.markers.delete(number);
  }
}
