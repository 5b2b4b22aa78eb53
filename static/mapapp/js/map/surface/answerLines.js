/**
 * What a reveal draws between places: from each guess to the target, and, after a second round,
 * from where each marker stood to where it is.
 */

import { worldX, worldY } from "../ground/mercator.js";
import { distanceKm, onTheWay } from "./greatCircle.js";

/**
 * @import { Activity } from "../../room/activity.js"
 * @import { Place } from "./greatCircle.js"
 * @import { Marker } from "../../room/state.js"
 */

/**
 * A line in world units; `x` may be beyond 0 and 1, so that it is the short way round.
 * @typedef {object} Line
 * @property {[x: number, y: number][]} points from its beginning
 * @property {boolean} isArrow
 */

/** More lines than this are a tangle. */
const MOST = 120;
/** A long line is bent: it is drawn in so many pieces. */
const PIECES = 48;
/** A marker that has moved by less (world units) has not. */
const LEAST_MOVE = 1e-7;

/**
 * @param {object} room
 * @param {Activity} room.activity
 * @param {Iterable<Marker>} room.markers the ones that lines are drawn for
 * @param {Map<number, Place>} room.before where markers stood in the first round
 * @returns {Line[]} the shortest ones, if they are too many
 */
export function answerLines({ activity, markers, before }) {
  if (activity.stage !== "revealed") return [];
  if (activity.round > 1) {
    const arrows = [...markers].flatMap((marker) => {
      const from = before.get(marker.number);
      return from ? straight(from, marker) : [];
    });
    return shortest(arrows, lengthOf);
  }
  const targets = activity.settings.targets.map(([lat, lng]) => ({ lat, lng }));
  // Which ones are drawn is known before the bend of each is reckoned.
  const ways = [...markers].flatMap((marker) => nearest(targets, marker));
  return shortest(ways, ({ km }) => km).map(({ from, to }) => bent(from, to));
}

/**
 * @template T
 * @param {T[]} all
 * @param {(one: T) => number} lengthOf
 * @returns {T[]}
 */
function shortest(all, lengthOf) {
  if (all.length <= MOST) return all;
  return all.sort((one, other) => lengthOf(one) - lengthOf(other)).slice(0, MOST);
}

/**
 * @param {Place[]} targets
 * @param {Place} from
 * @returns {{ from: Place, to: Place, km: number }[]} the way to the nearest, if there is any
 */
function nearest(targets, from) {
  const ways = targets.map((to) => ({ from, to, km: distanceKm(from, to) }));
  const km = Math.min(...ways.map((way) => way.km));
  return ways.filter((way) => way.km === km).slice(0, 1);
}

/**
 * @param {Place} from
 * @param {Place} to
 * @returns {Line[]} an arrow, if it is any way
 */
function straight(from, to) {
  const line = { points: unwrapped([from, to]), isArrow: true };
  return lengthOf(line) < LEAST_MOVE ? [] : [line];
}

/**
 * @param {Place} from
 * @param {Place} to
 * @returns {Line} along the great circle
 */
function bent(from, to) {
  const places = Array.from({ length: PIECES + 1 }, (_, i) => onTheWay(from, to, i / PIECES));
  return { points: unwrapped(places), isArrow: false };
}

/**
 * @param {Place[]} places
 * @returns {[number, number][]} world units, each beside the one before
 */
function unwrapped(places) {
  let before = worldX(places[0]?.lng ?? 0);
  return places.map(({ lat, lng }) => {
    const x = worldX(lng);
    before = x - Math.round(x - before);
    return [before, worldY(lat)];
  });
}

/** @param {Line} line */
function lengthOf({ points }) {
  const [from, to] = [points[0], points[points.length - 1]];
  return from && to ? Math.hypot(to[0] - from[0], to[1] - from[1]) : 0;
}
