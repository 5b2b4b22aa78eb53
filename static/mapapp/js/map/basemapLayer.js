import { basemapData } from "./basemapData.js";
import { basemapColours, drawBasemap } from "./basemapDrawing.js";
import { worldPixels } from "./mercator.js";

/** From this zoom on the overview's coasts look coarse. */
const DETAIL_ZOOM = 4;
/** CSS pixels. */
const TILE_SIZE = 512;
/** Tiles overlap by this much (CSS pixels): no hairlines between them at fractional zooms. */
const OVERLAP = 1;

/** @typedef {import("./basemapData.js").BasemapData} BasemapData */

/**
 * Land and borders under everything else, from this server: a map without internet.
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
  /** The tiles that are shown, each with its place. They are painted again in
   * place: Leaflet's own redraw() goes wrong at fractional zooms, and flickers.
   * @type {Map<HTMLCanvasElement, L.Coords>} */
  const tiles = new Map();

  /** @param {L.Coords} coords */
  function createTile(coords) {
    const tile = document.createElement("canvas");
    tiles.set(tile, coords);
    paint(tile, coords);
    return tile;
  }

  /**
   * @param {HTMLCanvasElement} tile
   * @param {L.Coords} coords
   */
  function paint(tile, coords) {
    const isDetailed = coords.z >= DETAIL_ZOOM;
    if (isDetailed) wantDetail();
    const data = (isDetailed && detail) || overview;
    if (!data) return;
    const side = TILE_SIZE + OVERLAP;
    tile.width = tile.height = side * devicePixelRatio;
    const context = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    context.scale(devicePixelRatio, devicePixelRatio);
    const scale = worldPixels(coords.z);
    const x = (coords.x * TILE_SIZE) / scale;
    const y = (coords.y * TILE_SIZE) / scale;
    drawBasemap(context, data, { x, y, scale, width: side, height: side }, colours);
  }

  function paintAll() {
    tiles.forEach((coords, tile) => paint(tile, coords));
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
    attribution: '<a href="https://www.naturalearthdata.com">Natural Earth</a>',
    updateWhenZooming: false,
    keepBuffer: 1,
  });
  layer.on("tileloadstart", ({ tile }) => {
    tile.style.width = tile.style.height = `${TILE_SIZE + OVERLAP}px`;
  });
  layer.on("tileunload", ({ tile }) => {
    // @ts-expect-error Leaflet's types know tiles that are pictures only.
    tiles.delete(tile);
  });

  basemapData(urls.overview).then(
    (data) => {
      overview = data;
      paintAll();
    },
    () => {}, // Tiles alone are a map too.
  );

  return {
    layer,
    recolour() {
      colours = basemapColours();
      paintAll();
    },
  };
}
