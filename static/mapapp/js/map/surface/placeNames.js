/**
 * The names of places, as far as the map needs them: those of the whole world from one file, and
 * from near those of each tile in view. They come from this server, so they are there without
 * internet.
 */

import { worldX, worldY } from "../ground/mercator.js";

/** @typedef {import("./nameLayout.js").PlaceName} PlaceName */
/** @typedef {{ south: number, west: number, north: number, east: number }} Area degrees */

/** The zooms that tiles have names for (mapapp/places/map_names.py) … */
const TILE_ZOOMS = [8, 6, 4];
/** … each of them shown from this much nearer. */
const NEARER = 1;
/** More tiles than these (CSS: a map wider than any) are not asked for at once. */
const MOST_TILES = 24;
/** So many tiles are remembered. */
const REMEMBERED = 120;
/** After a failure the same is not asked for again before this (ms). */
const PATIENCE = 10_000;

export class PlaceNames {
  #url;
  #changed;
  /** @type {PlaceName[] | null} */
  #world = null;
  /** By its path, the last one used last; null while it is on its way.
   * @type {Map<string, PlaceName[] | null>} */
  #tiles = new Map();
  /** Not to be asked for before then. @type {Map<string, number>} */
  #failed = new Map();
  #isAsking = false;

  /**
   * @param {string} url of the names of the whole world
   * @param {() => void} changed there are more names
   */
  constructor(url, changed) {
    this.#url = url;
    this.#changed = changed;
  }

  /**
   * @param {Area} area in view; its west may be less than -180, and its east more than 180
   * @param {number} zoom
   * @returns {PlaceName[]} those that are here; the others are on their way
   */
  around(area, zoom) {
    if (!this.#world) this.#askForWorld();
    const tileZoom = TILE_ZOOMS.find((one) => zoom >= one + NEARER);
    const world = this.#world ?? [];
    if (tileZoom === undefined) return world;
    /** @type {Map<string, PlaceName>} a place of the world is in its tile, too */
    const found = new Map();
    for (const name of world) found.set(`${name[0]} ${name[1].toFixed(1)} ${name[2].toFixed(1)}`, name);
    for (const path of tilesIn(area, tileZoom)) {
      for (const name of this.#tile(path) ?? []) {
        found.set(`${name[0]} ${name[1].toFixed(1)} ${name[2].toFixed(1)}`, name);
      }
    }
    return [...found.values()];
  }

  /** @param {string} path */
  #tile(path) {
    const known = this.#tiles.get(path);
    if (known !== undefined) {
      this.#tiles.delete(path);
      this.#tiles.set(path, known);
      return known;
    }
    if ((this.#failed.get(path) ?? 0) > performance.now()) return null;
    this.#tiles.set(path, null);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= REMEMBERED) break;
      this.#tiles.delete(oldest);
    }
    this.#ask(`/api/places/names/${path}`).then((names) => {
      if (names) this.#tiles.set(path, names);
      else this.#tiles.delete(path);
      if (names) this.#changed();
      else this.#failed.set(path, performance.now() + PATIENCE);
    });
    return null;
  }

  async #askForWorld() {
    if (this.#isAsking || (this.#failed.get(this.#url) ?? 0) > performance.now()) return;
    this.#isAsking = true;
    this.#world = await this.#ask(this.#url);
    this.#isAsking = false;
    if (this.#world) this.#changed();
    else this.#failed.set(this.#url, performance.now() + PATIENCE);
  }

  /**
   * @param {string} url
   * @returns {Promise<PlaceName[] | null>} null if they did not come
   */
  async #ask(url) {
    try {
      const answer = await fetch(url);
      if (!answer.ok) return null;
      return (await answer.json()).names;
    } catch {
      return null; // The map does without.
    }
  }
}

/**
 * @param {Area} area
 * @param {number} zoom
 * @returns {string[]} `z/x/y` of the tiles in it, none if it is too wide
 */
export function tilesIn({ south, west, north, east }, zoom) {
  const count = 2 ** zoom;
  const left = Math.floor(worldX(west) * count);
  const right = Math.floor(worldX(east) * count);
  const top = Math.max(0, Math.floor(worldY(north) * count));
  const bottom = Math.min(count - 1, Math.floor(worldY(south) * count));
  if ((right - left + 1) * (bottom - top + 1) > MOST_TILES) return [];
  const paths = [];
  for (let x = left; x <= right; x += 1) {
    for (let y = top; y <= bottom; y += 1) paths.push(`${zoom}/${x - count * Math.floor(x / count)}/${y}`);
  }
  return [...new Set(paths)];
}
