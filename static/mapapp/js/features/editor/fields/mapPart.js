/**
 * The map of the form, as its fields use it: each says what it shows there, and hears what is done
 * on it.
 */

import { Emitter } from "../../../platform/emitter.js";

/**
 * @import { ActivityRow } from "../../../protocol/activities.js"
 * @import { SurfaceMap, SurfaceMapEvents } from "../../../map/editing/surfaceMap.js"
 */

/** The world, until a place is chosen. */
export const WORLD = Object.freeze({ lat: 20, lng: 10, zoom: 2 });

/** @extends {Emitter<SurfaceMapEvents>} */
export class MapPart extends Emitter {
  /** The zone whose corners can be dragged, by its place in the list; -1 for none. */
  selected = -1;
  /** @type {SurfaceMap | null} until it has been loaded */
  #map = null;
  /** @type {ActivityRow | undefined} */
  #activity;

  /** @param {SurfaceMap} map has been loaded */
  use(map) {
    this.#map = map;
    map.on("view", (view) => this.emit("view", view));
    map.on("zone", (index, box) => this.emit("zone", index, box));
    map.on("select", (index) => this.emit("select", index));
    map.on("target", (index, place) => this.emit("target", index, place));
    map.on("pin", (index, place) => this.emit("pin", index, place));
    map.on("choosePin", (index) => this.emit("choosePin", index));
    map.on("drawn", (box) => this.emit("drawn", box));
    if (this.#activity) this.show(this.#activity);
  }

  /** @param {ActivityRow} activity */
  show(activity) {
    this.#activity = activity;
    const { surface, settings, pinned = [] } = activity;
    this.#map?.show({
      surface: { kind: "streets", view: { ...WORLD }, ...surface },
      targets: settings?.targets ?? [],
      pinned,
      selected: this.selected,
    });
  }

  /** @param {number} index of the zone that gets handles; -1 for none */
  select(index) {
    this.selected = index;
    if (this.#activity) this.show(this.#activity);
  }

  /** What the map shows from near. @returns {"streets" | "names" | "outline"} */
  get ground() {
    const { kind = "streets", names = true } = this.#activity?.surface ?? {};
    if (!names) return "outline";
    return kind === "streets" && (this.#map?.hasStreets ?? true) ? "streets" : "names";
  }

  /** The part of the world in view. @returns {[number, number, number, number]} */
  get bounds() {
    if (this.#activity?.surface?.kind === "plane") return [-1, -1, 1, 1];
    return this.#map?.bounds ?? [-60, -120, 60, 120];
  }

  /** @param {{ lat: number, lng: number }} place */
  reveal(place) {
    this.#map?.reveal(place);
  }

  draw() {
    this.#map?.draw();
  }

  stopDrawing() {
    this.#map?.stopDrawing();
  }
}
