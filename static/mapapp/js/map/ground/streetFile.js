/**
 * Draws the operator's own street map, a PMTiles file on this server: a part of its own, loaded
 * where streets are first shown.
 */

import { besideTheRoom } from "./attribution.js";
import { createPictures } from "./pictureLayer.js";
import { RangeSource } from "./rangeSource.js";
import { leastZoom } from "./streetArea.js";

/**
 * @import { StreetFile } from "../../ui/settings.js"
 * @import { StreetEvents, Streets } from "./tiles.js"
 */

/** Maps go no closer. */
const MAX_ZOOM = 19;
/** A file of the whole world may stop short of its edges (degrees). */
const NEARLY = 5;
/** Vector tiles cover four tiles of the map each. */
const VECTOR_LEVELS = 1;

/**
 * @param {L.Map} map
 * @param {string} url
 * @param {StreetFile} file
 * @param {StreetEvents} events
 * @returns {Promise<Streets>}
 * @throws {Error} when the libraries cannot be loaded, or the file cannot be read
 */
export async function createStreetFile(map, url, file, events) {
  for (const library of file.libraries) await loadScript(library);
  const { pmtiles, protomapsL } = /** @type {any} */ (globalThis);
  const archive = new pmtiles.PMTiles(new RangeSource(url));
  await archive.getHeader();
  const isVector = file.kind === "vector";
  const [south, west, north, east] = file.bounds;
  const isWorld = east - west > 360 - NEARLY;
  const bounds = L.latLngBounds([south, west], [north, east]);
  // Farther out the file has nothing: its first tiles begin at this zoom of the map.
  const first = file.min_zoom > 0 && isVector ? file.min_zoom + VECTOR_LEVELS : file.min_zoom;
  const options = {
    attribution: besideTheRoom(file.attribution),
    minZoom: isWorld ? first : Math.max(first, leastZoom(file.bounds)),
    maxZoom: MAX_ZOOM,
    ...(isWorld ? {} : { bounds }),
  };
  let layer = create();
  let isShown = false;
  /** @type {boolean | null} */
  let wasInView = null;

  map.on("moveend", look);
  events.working(true);
  return {
    show(shown) {
      isShown = shown;
      if (shown) layer.addTo(map);
      else layer.remove();
      look();
    },
    isInView,
    recolour() {
      if (!isVector) return; // The style sheet changes pictures.
      layer.remove();
      layer = create();
      if (isShown) layer.addTo(map);
    },
  };

  /** @returns {L.GridLayer} */
  function create() {
    if (isVector) return createDrawing();
    const pictures = { ...options, maxNativeZoom: file.max_zoom, className: "tiles" };
    return createPictures(read, `image/${file.kind}`, pictures);
  }

  /** @returns {L.GridLayer} in the page's colours; where the file has no tile, the base map stays */
  function createDrawing() {
    const drawing = protomapsL.leafletLayer({
      ...options,
      flavor: isDark() ? "dark" : "light",
      lang: document.documentElement.lang.split("-")[0],
      maxDataZoom: file.max_zoom,
      // The library takes a reader, of which it uses this alone.
      url: {
        /** @param {number} z @param {number} x @param {number} y */
        async getZxy(z, x, y) {
          const data = await read(z, x, y);
          return data && { data };
        },
      },
    });
    drawing.backgroundColor = undefined;
    return drawing;
  }

  /**
   * @param {number} z
   * @param {number} x
   * @param {number} y
   * @returns {Promise<ArrayBuffer | undefined>} undefined without a tile that can be read
   */
  async function read(z, x, y) {
    try {
      return (await archive.getZxy(z, x, y))?.data;
    } catch {
      return undefined;
    }
  }

  function isInView() {
    const isNear = Math.round(map.getZoom()) >= options.minZoom;
    return isNear && (isWorld || bounds.contains(map.getCenter().wrap()));
  }

  function look() {
    const isNow = isInView();
    if (isNow === wasInView) return;
    wasInView = isNow;
    if (isShown) events.viewed();
  }
}

/**
 * @param {{ url: string, integrity: string }} library puts something into the global scope
 * @returns {Promise<void>}
 * @throws {Error} when it does not come
 */
function loadScript({ url, integrity }) {
  const script = document.createElement("script");
  script.src = url;
  if (integrity) Object.assign(script, { integrity, crossOrigin: "anonymous" });
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`Not loaded: ${url}`));
    document.head.append(script);
  });
}

function isDark() {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}
