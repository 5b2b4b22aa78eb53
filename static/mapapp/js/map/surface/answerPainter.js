/** Draws what a reveal adds to the markers: targets, lines to them, arrows of a second round. */

import { isAnimated } from "../ground/leafletMap.js";
import { worldX, worldY } from "../ground/mercator.js";
import { answerLines } from "./answerLines.js";
import { copiesInView } from "./surfaceCanvas.js";
import { FONTS, colour, drawLines, wrapped } from "./text.js";

/**
 * @import { Target } from "../../protocol/activities.js"
 * @import { Session } from "../../room/session.js"
 * @import { Line } from "./answerLines.js"
 * @import { Scene } from "./surfaceCanvas.js"
 */

/** How long lines grow (ms). */
const GROWING = 400;
const KM_PER_DEGREE = 111.195;
const FONT_SIZE = 16;
/** With more lines than this, each is fainter. */
const FEW = 12;
const FAINTEST = 0.3;
/** CSS pixels. */
const HEAD = 9;

export class AnswerPainter {
  #session;
  /** @type {Line[]} */
  #lines = [];
  /** @type {Target[]} */
  #targets = [];
  #answer = "";
  /** When the present lines began to grow (ms). */
  #since = -Infinity;
  /** Which reveal they belong to. */
  #shown = "";
  #colours = { ink: "", halo: "", accent: "" };

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    this.restyle();
  }

  get isEmpty() {
    return this.#lines.length === 0 && this.#targets.length === 0;
  }

  restyle() {
    this.#colours = { ink: colour("--ink"), halo: colour("--paper"), accent: colour("--accent") };
  }

  /** @returns {boolean} whether there is anything new to draw; for the room's present state */
  update() {
    const { state, me } = this.#session;
    const { activity } = state;
    const isRevealed = activity.stage === "revealed";
    const shown = isRevealed ? `${activity.number} ${activity.round}` : "";
    if (!isRevealed && this.#shown === "" && this.isEmpty) return false;
    // On a phone one's own line says all; a screen shows everybody's.
    const markers = [...state.markers.values()].filter(
      ({ owner }) => me.role !== "participant" || (owner !== 0 && owner === me.person),
    );
    this.#lines = answerLines({ activity, markers, before: state.before });
    this.#targets = isRevealed ? activity.settings.targets : [];
    this.#answer = activity.settings.answer;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#since = isAnimated() ? performance.now() : -Infinity;
    }
    return true;
  }

  /**
   * @param {Scene} scene
   * @returns {boolean}
   */
  draw(scene) {
    const time = Math.max(0, Math.min(1, (scene.now - this.#since) / GROWING));
    const grown = 1 - (1 - time) ** 3;
    const opacity = Math.max(FAINTEST, Math.min(1, FEW / this.#lines.length));
    for (const line of this.#lines) this.#drawLine(scene, line, grown, opacity);
    this.#drawTargets(scene, grown);
    this.#nameTargets(scene);
    return time < 1;
  }

  /**
   * @param {Scene} scene
   * @param {Line} line
   * @param {number} grown 0 to 1
   * @param {number} opacity
   */
  #drawLine(scene, { points, isArrow }, grown, opacity) {
    const { context, scale, y } = scene;
    const [first, last] = [points[0], points[points.length - 1]];
    if (!first || !last) return;
    for (const copy of copiesInView(scene, Math.min(first[0], last[0]), Math.max(first[0], last[0]))) {
      const path = partOf(points, grown).map(([px, py]) => ({ x: copy + px * scale, y: y + py * scale }));
      // An arrow ends at its marker, not in it.
      if (isArrow) shorten(path, scene.radius + 2);
      for (const pass of ["halo", "ink"]) {
        context.lineCap = context.lineJoin = "round";
        context.globalAlpha = opacity;
        context.strokeStyle = pass === "halo" ? this.#colours.halo : this.#colours.ink;
        context.lineWidth = (pass === "halo" ? 5 : 2.5) * Math.min(2, scene.textScale);
        context.beginPath();
        for (const point of path) context.lineTo(point.x, point.y);
        if (isArrow) headOf(context, path, HEAD * Math.min(2, scene.textScale));
        context.stroke();
      }
      context.globalAlpha = 1;
    }
  }

  /**
   * @param {Scene} scene
   * @param {number} grown 0 to 1
   */
  #drawTargets(scene, grown) {
    const { context, scale, y, radius } = scene;
    for (const [lat, lng, km] of this.#targets) {
      const px = worldX(lng);
      const py = worldY(lat);
      const around = km / KM_PER_DEGREE / 360 / Math.max(0.05, Math.cos((lat * Math.PI) / 180));
      for (const copy of copiesInView(scene, px - around, px + around)) {
        const at = { x: copy + px * scale, y: y + py * scale };
        if (around * scale > radius) this.#drawArea(context, at, around * scale * grown);
        for (const [size, fill] of /** @type {const} */ ([[1.5, "halo"], [1.25, "accent"], [0.85, "halo"], [0.5, "accent"]])) {
          context.beginPath();
          context.arc(at.x, at.y, radius * size * grown, 0, 2 * Math.PI);
          context.fillStyle = this.#colours[fill];
          context.fill();
        }
      }
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ x: number, y: number }} at
   * @param {number} radius
   */
  #drawArea(context, { x, y }, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.globalAlpha = 0.15;
    context.fillStyle = this.#colours.accent;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 2;
    context.strokeStyle = this.#colours.accent;
    context.stroke();
  }

  /** @param {Scene} scene */
  #nameTargets(scene) {
    const { context, scale, y, radius, textScale, width } = scene;
    if (!this.#answer) return;
    const size = FONT_SIZE * textScale;
    context.font = `700 ${size}px ${FONTS}`;
    context.textAlign = "center";
    for (const [lat, lng] of this.#targets) {
      for (const copy of copiesInView(scene, worldX(lng), worldX(lng))) {
        const lines = wrapped(context, this.#answer, width / 2);
        const { ink, halo } = this.#colours;
        const at = y + worldY(lat) * scale + radius * 1.7;
        drawLines(context, lines, { x: copy + worldX(lng) * scale, y: at, size, ink, halo });
      }
    }
  }
}

/**
 * @param {[number, number][]} points
 * @param {number} share 0 to 1
 * @returns {[number, number][]} the beginning of the line, so much of it
 */
function partOf(points, share) {
  const at = share * (points.length - 1);
  const whole = Math.floor(at);
  const part = points.slice(0, whole + 1);
  const [from, to] = [points[whole], points[whole + 1]];
  if (from && to) {
    const rest = at - whole;
    part.push([from[0] + (to[0] - from[0]) * rest, from[1] + (to[1] - from[1]) * rest]);
  }
  return part;
}

/**
 * @param {{ x: number, y: number }[]} path is changed
 * @param {number} by CSS pixels, less where the path is shorter
 */
function shorten(path, by) {
  const [from, to] = [path[path.length - 2], path[path.length - 1]];
  if (!from || !to) return;
  const way = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.max(0.3, 1 - by / way);
  to.x = from.x + (to.x - from.x) * share;
  to.y = from.y + (to.y - from.y) * share;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }[]} path
 * @param {number} size
 */
function headOf(context, path, size) {
  const [from, to] = [path[path.length - 2], path[path.length - 1]];
  if (!from || !to) return;
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  for (const side of [-1, 1]) {
    const back = angle + Math.PI + side * 0.5;
    context.moveTo(to.x, to.y);
    context.lineTo(to.x + size * Math.cos(back), to.y + size * Math.sin(back));
  }
}
