import { besideTheRoom } from "./attribution.js";
import { basemapData } from "./basemapData.js";
import { basemapColours, drawBasemap } from "./basemapDrawing.js";
import { ASK_AGAIN, NoCanvas, contextOf, discard } from "../../ui/canvas.js";
import { worldPixels } from "./mercator.js";

/** From this zoom on, the overview's coasts look coarse. */
const DETAIL_ZOOM = 4;
/** CSS pixels. */
const TILE_SIZE = 512;
/** After this much painting (ms) the remaining tiles wait for the next frame. */
const PAINTING_PER_FRAME = 4;
/** Tiles overlap by this much (CSS pixels): no hairlines between them at fractional zooms. */
const OVERLAP = 1;

/** @typedef {import("./basemapData.js").BasemapData} BasemapData */

/**
 * Land and borders below everything else, from this server: a map without internet.
 *
 * @param {{overview: string, detail: string}} urls
 * @returns {{layer: L.GridLayer, recolour: () => void}}
 */
export function createBasemap(urls) {
  /** @type {BasemapData | undefined} */
  let overview;
  /** @type {BasemapData | undefined} */
  let detail;
  let colours = basemapColours();
  /** The tiles in use, each with its place. They are repainted in
   * place: Leaflet's own redraw() goes wrong at fractional zooms, and flickers.
   * @type {Map<HTMLCanvasElement, L.Coords>} */
  const tiles = new Map();
  /** The tiles to be painted, each with a callback for afterwards.
   * @type {Map<HTMLCanvasElement, () => void>} */
  const due = new Map();
  let frame = 0;

  /**
   * @param {L.Coords} coords
   * @param {L.DoneCallback} done
   */
  function createTile(coords, done) {
    const tile = document.createElement("canvas");
    tiles.set(tile, coords);
    // Until then Leaflet shows the tiles of the zoom before.
    paintSoon(tile, () => done(undefined, tile));
    return tile;
  }

  /**
   * Paints a few at a time: a screen full of tiles at once would hold up the motion.
   *
   * @param {HTMLCanvasElement} tile
   * @param {() => void} painted
   */
  function paintSoon(tile, painted) {
    due.set(tile, painted);
    frame ||= requestAnimationFrame(paintSome);
  }

  function paintSome() {
    frame = 0;
    const end = performance.now() + PAINTING_PER_FRAME;
    try {
      for (const [tile, painted] of due) {
        due.delete(tile);
        paintOrAskAgain(tile, painted);
        if (performance.now() > end) break;
      }
    } finally {
      // If one tile fails, the others still have their turn.
      if (due.size > 0) frame ||= requestAnimationFrame(paintSome);
    }
  }

  /**
   * @param {HTMLCanvasElement} tile
   * @param {() => void} painted
   */
  function paintOrAskAgain(tile, painted) {
    const coords = tiles.get(tile);
    if (!coords) return;
    try {
      paint(tile, coords);
    } catch (error) {
      if (!(error instanceof NoCanvas)) throw error;
      discard(tile);
      setTimeout(() => {
        if (tiles.has(tile)) paintSoon(tile, painted);
      }, ASK_AGAIN);
      return;
    }
    painted();
  }

  /**
   * @param {HTMLCanvasElement} tile
   * @param {L.Coords} coords
   */
  function paint(tile, coords) {
    const isDetailed = coords.z >= DETAIL_ZOOM;
    if (isDetailed) wantDetail();
    const data = (isDetailed && detail) || overview;
    if (!data) {
      wantOverview();
      return;
    }
    const side = TILE_SIZE + OVERLAP;
    tile.width = tile.height = side * devicePixelRatio;
    const context = contextOf(tile);
    context.scale(devicePixelRatio, devicePixelRatio);
    const scale = worldPixels(coords.z);
    const x = (coords.x * TILE_SIZE) / scale;
    const y = (coords.y * TILE_SIZE) / scale;
    drawBasemap(context, data, { x, y, scale, width: side, height: side }, colours);
  }

  function paintAll() {
    for (const tile of tiles.keys()) paintSoon(tile, due.get(tile) ?? (() => {}));
  }

  function wantDetail() {
    if (detail) return;
    basemapData(urls.detail).then(
      (data) => {
        if (detail) return;
        detail = data;
        paintAll();
      },
      () => {}, // The overview stays; the next tile asks again.
    );
  }

  const BasemapLayer = /** @type {typeof L.GridLayer} */ (L.GridLayer.extend({ createTile }));
  const layer = new BasemapLayer({
    tileSize: TILE_SIZE,
    pane: "basemap",
    attribution: besideTheRoom('<a href="https://www.naturalearthdata.com">Natural Earth</a>'),
    updateWhenZooming: false,
    keepBuffer: 1,
  });
  layer.on("tileloadstart", ({ tile }) => {
    tile.style.width = tile.style.height = `${TILE_SIZE + OVERLAP}px`;
  });
  layer.on("tileunload", ({ tile }) => {
    const canvas = /** @type {HTMLCanvasElement} */ (/** @type {unknown} */ (tile));
    tiles.delete(canvas);
    discard(canvas);
  });

  function wantOverview() {
    if (overview) return;
    basemapData(urls.overview).then(
      (data) => {
        if (overview) return;
        overview = data;
        paintAll();
      },
      () => {}, // Map tiles alone will do; the next base map tile asks again.
    );
  }

  wantOverview();
  addEventListener("online", wantOverview);

  return {
    layer,
    recolour() {
      colours = basemapColours();
      paintAll();
    },
  };
}
