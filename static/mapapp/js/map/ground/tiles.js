import { besideTheRoom } from "./attribution.js";

/** This many failed tiles without a single success: the server cannot be reached. */
const HOPELESS = 8;

/**
 * The tile server's picture of the world over the base map. A missing tile stays
 * transparent; when none comes at all, no more are requested until the network
 * changes.
 *
 * @param {L.Map} map
 * @param {string} url a Leaflet tile address; empty for none
 * @param {string} attribution HTML, from the operator's settings
 * @param {object} events
 * @param {(isWorking: boolean) => void} events.working true with the first tile, false when
 *   there is no hope of any
 * @returns {(isShown: boolean) => void} shows the tiles, or takes them away
 */
export function createTiles(map, url, attribution, { working }) {
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
