/** What a page says of its map, and hears from it. */

/**
 * @import { Answer } from "../room/outbox.js"
 * @import { Session } from "../room/session.js"
 * @import { LeafletSources } from "./ground/leaflet.js"
 * @import { MapSettings } from "./ground/leafletMap.js"
 * @import { Sizes } from "./markers/markerCanvas.js"
 * @import { Box } from "./view/nearestFree.js"
 */

/** @typedef {{ lat: number, lng: number }} Place WGS 84 degrees */

/**
 * What it tells. `choose`: a marker's number, or null for none any more. `tap`: a free place
 * was tapped. `enter`: Enter on the map itself, with the place in its middle. `lift`: a marker's
 * number. `travel`: the map begins to show another part. `settle`: a drag has been stored or
 * refused. `crowded`: whether so many markers are in view that an overview would show more.
 * @typedef {object} RoomMapEvents
 * @property {[number: number | null]} choose
 * @property {[place: Place]} tap
 * @property {[place: Place]} enter
 * @property {[number: number]} lift
 * @property {[]} travel
 * @property {[drag: { number: number, answer: Answer }]} settle
 * @property {[isCrowded: boolean]} crowded
 */

/**
 * What this page's user may do with which marker.
 * @typedef {object} Rights
 * @property {(number: number) => boolean} isOwn it is one's own, among those of others
 * @property {(number: number) => boolean} mayMove
 * @property {(number: number) => boolean} mayChoose
 * @property {() => boolean} mayAdd a tap on a free place adds a marker
 */

/**
 * @typedef {object} RoomMapOptions
 * @property {HTMLElement} container
 * @property {Session} session
 * @property {MapSettings & LeafletSources} settings
 * @property {Rights} [rights]
 * @property {(number: number) => string} [nameOf] what a marker is called, read aloud
 * @property {string} [enterHelp] what Enter on the map does
 * @property {() => Sizes} [sizes] of markers and labels, for the
 *   map's present size
 * @property {HTMLElement} [above] lies over the map's upper edge; the first view leaves room for
 *   it. Of one height for all who see the same room, or they would see different views.
 * @property {() => Box[]} [covered] what lies over the map, in CSS pixels of the page
 * @property {(times: number) => Promise<void>} troubled what a map needs cannot be had; told how
 *   often that was so, it returns when it is time to try again
 * @property {boolean} [fitsAgain] whether the room's view is fitted to each new size of the
 *   map, until its user moves it
 */

/** A screen: it shows and does nothing else. @type {Rights} */
export const LOOK_ONLY = {
  isOwn: () => false,
  mayMove: () => false,
  mayChoose: () => false,
  mayAdd: () => false,
};

/** Labels are as large as the reader wants text to be. */
export function phoneSizes() {
  const { fontSize } = getComputedStyle(document.documentElement);
  return { radius: 11, labelScale: Math.max(1, Math.min(2, parseFloat(fontSize) / 16)) };
}
