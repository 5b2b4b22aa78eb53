/** What a surface and its answers have drawn on the ground: it follows the room's activity. */

import { PlanePainter } from "./planePainter.js";
import { SurfaceCanvas } from "./surfaceCanvas.js";
import { ZonePainter } from "./zonePainter.js";

/**
 * @import { Surface } from "../../protocol/activities.js"
 * @import { Painter } from "./surfaceCanvas.js"
 */

export class SurfaceView {
  #plane = new PlanePainter();
  #zones = new ZonePainter();
  #canvas;

  /**
   * @param {L.Map} map
   * @param {() => { radius: number, labelScale: number }} sizes
   * @param {object} painters
   * @param {Painter[]} painters.below names of places and the like, under the zones
   * @param {Painter[]} painters.above lines and the like, over them
   */
  constructor(map, sizes, { below, above }) {
    const [plane, zones] = [this.#plane, this.#zones];
    /** @type {Painter} */
    const names = {
      get isEmpty() {
        return plane.isEmpty && zones.isEmpty;
      },
      draw(scene) {
        if (!plane.isEmpty) plane.drawNames(scene);
        zones.drawNames(scene);
        return false;
      },
    };
    this.#canvas = new SurfaceCanvas(map, [plane, ...below, zones, names, ...above], sizes);
  }

  /** @param {Surface} surface */
  show(surface) {
    this.#plane.show(surface);
    this.#zones.show(surface);
    this.requestDraw();
  }

  requestDraw() {
    this.#canvas.requestDraw();
  }

  /** The page's colours have changed. */
  restyle() {
    this.#canvas.restyle();
  }
}
