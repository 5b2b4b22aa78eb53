/** Where on a map there is room for a square, beside all that lies over the map. */

import { freePart } from "./fit.js";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box CSS pixels */

/** A square that is larger by so much may have a corner covered. */
const WORTH_IT = 1.2;

/**
 * @param {{x: number, y: number}} size of the map
 * @param {Box[]} boxes over it
 * @param {number} margin around the square
 * @returns {Box} with room for it; its middle is the square's
 */
export function freeSquare(size, boxes, margin) {
  const clear = largest(size, boxes, margin);
  const usual = freePart(size, boxes, margin);
  return sideOf(usual) > WORTH_IT * sideOf(clear) ? usual : clear;
}

/**
 * The box that nothing covers with the longest shorter side. Each of its edges is at an edge of
 * the map or of something over it.
 *
 * @param {{x: number, y: number}} size
 * @param {Box[]} boxes
 * @param {number} margin
 * @returns {Box}
 */
function largest({ x: width, y: height }, boxes, margin) {
  let best = { left: margin, top: margin, right: margin, bottom: margin };
  const lefts = [0, ...boxes.map(({ right }) => right)];
  const rights = [width, ...boxes.map(({ left }) => left)];
  const tops = [0, ...boxes.map(({ bottom }) => bottom)];
  const bottoms = [height, ...boxes.map(({ top }) => top)];
  for (const left of lefts) {
    for (const right of rights) {
      for (const top of tops) {
        for (const bottom of bottoms) {
          const outer = { left, top, right, bottom };
          const box = { left: left + margin, top: top + margin, right: right - margin, bottom: bottom - margin };
          const isLarger =
            sideOf(box) > sideOf(best) || (sideOf(box) === sideOf(best) && areaOf(box) > areaOf(best));
          if (isLarger && !boxes.some((other) => overlap(outer, other))) best = box;
        }
      }
    }
  }
  return best;
}

/** @param {Box} box */
function sideOf({ left, top, right, bottom }) {
  return Math.min(right - left, bottom - top);
}

/** @param {Box} box */
function areaOf({ left, top, right, bottom }) {
  return (right - left) * (bottom - top);
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
