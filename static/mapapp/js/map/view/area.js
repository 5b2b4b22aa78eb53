/** Parts of the world that the remote shows to others. */

import { worldX, worldY } from "../ground/mercator.js";

/** @typedef {import("../../protocol/activities.js").Box} Area south, west, north, east in degrees;
 *   west is greater than east where it crosses the antimeridian */
/** @typedef {import("./fit.js").Box} Box */

const DECIMALS = 5;
/** The window that the view of an activity is meant for, in CSS pixels. */
const REFERENCE = { width: 1024, height: 768 };
const ZOOM_STEP = 0.25;
const MOST_ZOOM = 19;

/**
 * @param {Area} area
 * @returns {import("./fit.js").Extent}
 */
export function extentOfArea([south, west, north, east]) {
  const left = worldX(west);
  const right = worldX(east) + (east < west ? 1 : 0);
  const top = worldY(north);
  const bottom = worldY(south);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/**
 * @param {{ lat: number, lng: number }} northWest
 * @param {{ lat: number, lng: number }} southEast `lng` is not wrapped: it tells how wide the area is
 * @returns {Area} within the world
 */
export function areaBetween(northWest, southEast) {
  const isAllAround = southEast.lng - northWest.lng >= 360;
  return [
    rounded(clamped(southEast.lat)),
    isAllAround ? -180 : rounded(wrapped(northWest.lng)),
    rounded(clamped(northWest.lat)),
    isAllAround ? 180 : rounded(wrapped(southEast.lng)),
  ];
}

/**
 * What a map shows, as the first view of an activity.
 *
 * @param {{ lat: number, lng: number }} middle of the uncovered part
 * @param {number} zoom
 * @param {{ width: number, height: number }} size of the uncovered part, in CSS pixels
 * @returns {import("../../protocol/activities.js").View}
 */
export function viewShown({ lat, lng }, zoom, { width, height }) {
  const closer = Math.log2(Math.min(width / REFERENCE.width, height / REFERENCE.height));
  const fitting = Math.round((zoom - closer) / ZOOM_STEP) * ZOOM_STEP;
  return {
    lat: rounded(clamped(lat)),
    lng: rounded(wrapped(lng)),
    zoom: Math.max(0, Math.min(MOST_ZOOM, fitting)),
  };
}

/** @param {number} lat */
const clamped = (lat) => Math.max(-85, Math.min(85, lat));
/** @param {number} lng */
const wrapped = (lng) => lng - 360 * Math.floor((lng + 180) / 360);
/** @param {number} degrees */
const rounded = (degrees) => Number(degrees.toFixed(DECIMALS));
