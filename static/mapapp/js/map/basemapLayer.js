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

  /** @param {L.Coords} coords */
  function createTile(coords) {
    const detailed = coords.z >= DETAIL_ZOOM;
    if (detailed) wantDetail();
    const tile = document.createElement("canvas");
    const data = (detailed && detail) || overview;
    if (!data) return tile;

    const side = TILE_SIZE + OVERLAP;
    tile.width = tile.height = side * devicePixelRatio;
    const context = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    context.scale(devicePixelRatio, devicePixelRatio);
    const scale = worldPixels(coords.z);
    const x = (coords.x * TILE_SIZE) / scale;
    const y = (coords.y * TILE_SIZE) / scale;
    drawBasemap(context, data, { x, y, scale, width: side, height: side }, colours);
    return tile;
  }

  const BasemapLayer = /** @type {typeof L.GridLayer} */ (L.GridLayer.extend({ createTile }));
  const layer = new BasemapLayer({
    tileSize: TILE_SIZE,
    pane: "basemap",
    updateWhenZooming: false,
    keepBuffer: 1,
  });
  layer.on("tileloadstart", ({ tile }) => {
    tile.style.width = tile.style.height = `${TILE_SIZE + OVERLAP}px`;
  });

  function wantDetail() {
    if (detail) return;
    basemapData(urls.detail).then(
      (data) => {
        if (detail) return;
        detail = data;
        layer.redraw();
      },
      () => {}, // The overview stays; the next tile asks again.
    );
  }

  basemapData(urls.overview).then(
    (data) => {
      overview = data;
      layer.redraw();
    },
    () => {}, // Tiles alone are a map too.
  );

  return {
    layer,
    recolour() {
      colours = basemapColours();
      layer.redraw();
    },
  };
}
