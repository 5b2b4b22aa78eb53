/** The street map over the base map: tiles of a tile server, or a file of the operator's. */

import { besideTheRoom } from "./attribution.js";

/** @import { MapSettings } from "./ground.js" */

/** This many failed tiles without a single success: the server cannot be reached. */
const HOPELESS = 8;

/** How long (ms) to wait before asking for the part again that draws a file. */
const AGAIN = 5000;

/**
 * @typedef {object} StreetEvents
 * @property {(isWorking: boolean) => void} working true once there are streets, false when there
 *   is no hope of any
 * @property {() => void} viewed the map has come to where there are streets, or left it
 */

/**
 * @typedef {object} Streets
 * @property {(isShown: boolean) => void} show shows them, or takes them away
 * @property {() => boolean} isInView whether they are what the map shows now, if they work
 * @property {() => void} recolour the page's colours have changed
 */

/**
 * @param {L.Map} map
 * @param {MapSettings} settings
 * @param {StreetEvents} events
 * @returns {Streets}
 */
export function createStreets(map, { tile_url, tile_attribution, street_file }, events) {
  if (street_file) return fileStreets(map, tile_url, street_file, events);
  const show = createTiles(map, tile_url, tile_attribution, events);
  return { show, isInView: () => true, recolour() {} };
}

/**
 * What draws the file comes when it is first shown.
 *
 * @param {L.Map} map
 * @param {string} url
 * @param {import("../../ui/settings.js").StreetFile} file
 * @param {StreetEvents} events
 * @returns {Streets}
 */
function fileStreets(map, url, file, events) {
  /** @type {Streets | undefined} */
  let streets;
  let isLoading = false;
  let isShown = false;
  async function load() {
    try {
      const { createStreetFile } = await import("./streetFile.js");
      streets = await createStreetFile(map, url, file, events);
      streets.show(isShown);
    } catch {
      // The base map stays until then.
      events.working(false);
      setTimeout(load, AGAIN);
    }
  }
  return {
    show(shown) {
      isShown = shown;
      streets?.show(shown);
      if (shown && !isLoading) load();
      isLoading ||= shown;
    },
    isInView: () => streets?.isInView() ?? true,
    recolour: () => streets?.recolour(),
  };
}

/**
 * The tile server's picture of the world. A missing tile stays transparent; when
 * none comes at all, no more are requested until the network changes.
 *
 * @param {L.Map} map
 * @param {string} url a Leaflet tile address; empty for none
 * @param {string} attribution HTML, from the operator's settings
 * @param {StreetEvents} events
 * @returns {(isShown: boolean) => void} shows the tiles, or takes them away
 */
function createTiles(map, url, attribution, { working }) {
  if (!url) return () => {};
  const layer = L.tileLayer(url, {
    attribution: besideTheRoom(attribution),
    className: "tiles",
    maxZoom: 19,
  });
  let failures = 0;
  let isWanted = false;
  layer.on("tileload", () => {
    if (failures !== -Infinity) working(true);
    failures = -Infinity;
  });
  layer.on("tileerror", () => {
    failures += 1;
    if (failures < HOPELESS) return;
    layer.remove();
    working(false);
  });
  addEventListener("online", () => {
    failures = 0;
    if (isWanted) layer.addTo(map);
  });
  return (isShown) => {
    if (isWanted === isShown) return;
    isWanted = isShown;
    if (isShown) layer.addTo(map);
    else layer.remove();
  };
}
