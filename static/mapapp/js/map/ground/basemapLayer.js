import { besideTheRoom } from "./attribution.js";
import { basemapData } from "./basemapData.js";
import { basemapColours, drawBasemap } from "./basemapDrawing.js";
import { ASK_AGAIN, NoCanvas, contextOf, discard } from "../../ui/canvas.js";
import { worldPixels } from "./mercator.js";

/** From this zoom on, the overview's coasts look coarse. */
const DETAIL_ZOOM = 4;
/** And from this one on, the detail's. Each tile is then in one piece of the finer map. */
const FINE_ZOOM = 6;
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
 * @param {{overview: string, detail: string, fine: string}} urls
 * @returns {{layer: L.GridLayer, recolour: () => void}}
 */
export function createBasemap(urls) {
  /** The files that are here. @type {{ overview?: BasemapData, detail?: BasemapData }} */
  const world = {};
  /** @type {import("./fineBasemap.js").FineBasemap | undefined} */
  let fine;
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
    const scale = worldPixels(coords.z);
    const x = (coords.x * TILE_SIZE) / scale;
    const y = (coords.y * TILE_SIZE) / scale;
    const isFine = coords.z >= FINE_ZOOM;
    if (isFine) wantFine();
    else if (isDetailed) want("detail");
    const data = (isFine && fine?.pieceAt(x, y)) || (isDetailed && world.detail) || world.overview;
    if (!data) {
      want("overview");
      return;
    }
    const side = TILE_SIZE + OVERLAP;
    tile.width = tile.height = side * devicePixelRatio;
    const context = contextOf(tile);
    context.scale(devicePixelRatio, devicePixelRatio);
    drawBasemap(context, data, { x, y, scale, width: side, height: side }, colours);
  }

  function paintAll() {
    for (const tile of tiles.keys()) paintSoon(tile, due.get(tile) ?? (() => {}));
  }

  /** @param {"overview" | "detail"} name */
  function want(name) {
    if (world[name]) return;
    basemapData(urls[name]).then(
      (data) => {
        if (world[name]) return;
        world[name] = data;
        paintAll();
      },
      () => {}, // What is there will do; the next tile asks again.
    );
  }

  function wantFine() {
    if (fine) return;
    import("./fineBasemap.js").then(
      ({ FineBasemap }) => {
        if (fine) return;
        fine = new FineBasemap(urls.fine, paintAll);
        paintAll();
      },
      () => {},
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

  want("overview");
  addEventListener("online", () => want("overview"));

  return {
    layer,
    recolour() {
      colours = basemapColours();
      paintAll();
    },
  };
}
