/**
 * One canvas over the map with every marker on it, drawn when something has
 * changed and at no other time.
 */

import { Camera } from "./camera.js";
import { LabelGrid, LabelSprites } from "./labels.js";
import { Drawn } from "./markerScene.js";
import { Sprites } from "./sprites.js";

/** How far outside a marker may be and still show a part, in CSS pixels. */
const MARGIN = 40;
/** How much larger a marker is under the hand. */
const RAISED_SCALE = 1.35;
const CHOSEN_SCALE = 1.2;
const PENDING_ALPHA = 0.55;
/** Half the side of the middle of a marker (CSS pixels), which no label covers. */
const CORE = 5;

/** @typedef {import("./markerScene.js").MarkerScene} MarkerScene */

export class MarkerCanvas {
  camera;
  #map;
  #scene;
  #radius;
  #canvas = document.createElement("canvas");
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  /** @type {Sprites} */
  #sprites;
  #labels;
  #grid = new LabelGrid();
  #width = 0;
  #height = 0;
  #frame = 0;
  #ring = "";
  #ringPaper = "";
  /** The markers in view, in drawing order; kept from frame to frame.
   * @type {Drawn[]} */
  #inView = [];
  #afterDrawing;

  /**
   * @param {L.Map} map
   * @param {MarkerScene} scene
   * @param {object} options
   * @param {number} options.radius of a marker, in CSS pixels
   * @param {number} options.labelScale
   * @param {() => void} options.afterDrawing called in each frame that was drawn
   */
  constructor(map, scene, { radius, labelScale, afterDrawing }) {
    this.#map = map;
    this.#scene = scene;
    this.#radius = radius;
    this.#labels = new LabelSprites(labelScale);
    this.#afterDrawing = afterDrawing;
    this.camera = new Camera(map);
    this.#sprites = new Sprites({ radius, ratio: devicePixelRatio });
    this.#canvas.className = "marker-canvas";
    this.#canvas.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.#canvas);

    this.restyle();
    // While the map moves, markers are drawn in the same frame as the map itself.
    map.on("move", () => this.#draw());
    map.on("resize", () => this.restyle());
    map.on("zoomanim zoomend viewreset", () => this.requestDraw());
  }

  /** To be called when colours or the canvas's size have changed. */
  restyle() {
    const ratio = devicePixelRatio;
    const { x, y } = this.#map.getSize();
    this.#width = x;
    this.#height = y;
    this.#canvas.width = x * ratio;
    this.#canvas.height = y * ratio;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#sprites = new Sprites({ radius: this.#radius, ratio });
    this.#labels.restyle(ratio);
    const style = getComputedStyle(document.documentElement);
    this.#ring = style.getPropertyValue("--ink");
    this.#ringPaper = style.getPropertyValue("--paper");
    this.requestDraw();
  }

  requestDraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const now = performance.now();
    let moving = this.camera.update(now);
    this.#context.clearRect(0, 0, this.#width, this.#height);

    this.#inView.length = 0;
    for (const drawn of this.#scene.markers.values()) {
      if (drawn.moving) {
        drawn.advance(now);
        moving ||= drawn.moving;
      }
      if (this.#locate(drawn)) this.#inView.push(drawn);
    }
    this.#drawMarkers(this.#inView);
    for (const drawn of this.#scene.pending) {
      if (this.#locate(drawn)) this.#drawMarker(drawn);
    }
    this.#afterDrawing();
    if (moving) this.requestDraw();
  }

  /**
   * @param {Drawn} drawn
   * @returns {boolean} whether it is in view
   */
  #locate(drawn) {
    const { scale, x, y } = this.camera;
    const py = drawn.y * scale + y;
    // The world repeats itself to the sides: take the copy that is in view.
    let px = drawn.x * scale + x + MARGIN;
    px -= Math.floor(px / scale) * scale + MARGIN;
    drawn.px = px;
    drawn.py = py;
    drawn.visible = px < this.#width + MARGIN && py > -MARGIN && py < this.#height + MARGIN;
    return drawn.visible;
  }

  /** @param {Drawn[]} inView */
  #drawMarkers(inView) {
    for (const drawn of inView) if (!drawn.important) this.#drawMarker(drawn);
    this.#grid.clear(this.#width, this.#height);
    // Names of those who are moving something come first, wherever markers are.
    for (const drawn of inView) if (drawn.important) this.#drawLabel(drawn);
    for (const { px, py } of inView) this.#grid.block(px - CORE, py - CORE, 2 * CORE, 2 * CORE);
    // Those whose labels showed before come next, or labels would flicker as markers pass.
    for (const drawn of inView) if (!drawn.important && drawn.labelled) this.#drawLabel(drawn);
    for (const drawn of inView) if (!drawn.important && !drawn.labelled) this.#drawLabel(drawn);
    for (const drawn of inView) if (drawn.important) this.#drawMarker(drawn);
  }

  /** @param {Drawn} drawn */
  #drawMarker(drawn) {
    const context = this.#context;
    const scale = drawn.raised ? RAISED_SCALE : drawn.chosen ? CHOSEN_SCALE : 1;
    if (drawn.own || drawn.chosen) this.#drawRing(drawn, scale);
    if (drawn.unsaved) context.globalAlpha = PENDING_ALPHA;
    this.#sprites.draw(context, drawn.icon, drawn.colour, drawn.px, drawn.py, scale);
    context.globalAlpha = 1;
  }

  /**
   * @param {Drawn} drawn
   * @param {number} scale
   */
  #drawRing({ px, py, unsaved }, scale) {
    const context = this.#context;
    context.beginPath();
    context.arc(px, py, (this.#radius + 6) * scale, 0, 2 * Math.PI);
    context.setLineDash(unsaved ? [4, 5] : []);
    context.lineWidth = 5;
    context.strokeStyle = this.#ringPaper;
    context.stroke();
    context.lineWidth = 2.5;
    context.strokeStyle = this.#ring;
    context.stroke();
    context.setLineDash([]);
  }

  /** @param {Drawn} drawn */
  #drawLabel(drawn) {
    const text = drawn.holder || drawn.label;
    if (!text) return;
    const strong = drawn.holder !== "";
    const sprite = this.#labels.get(text, strong);
    const gap = this.#radius + (drawn.own || drawn.chosen ? 12 : 5);
    const y = drawn.py - sprite.height / 2;
    const after = drawn.px + gap;
    const before = drawn.px - gap - sprite.width;
    let x = after;
    let free = this.#grid.take(after, y, sprite.width, sprite.height);
    if (!free) {
      free = this.#grid.take(before, y, sprite.width, sprite.height);
      if (free) x = before;
    }
    if (!free && (drawn.own || drawn.chosen)) {
      this.#grid.block(after, y, sprite.width, sprite.height);
      free = true;
    }
    drawn.labelled = free;
    if (free) this.#context.drawImage(sprite.image, x, y, sprite.width, sprite.height);
  }
}
