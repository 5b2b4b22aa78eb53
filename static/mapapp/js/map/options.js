/** A map's options and events. */

/**
 * @import { Answer } from "../room/outbox.js"
 * @import { Session } from "../room/session.js"
 * @import { LeafletSources } from "./ground/leaflet.js"
 * @import { MapSettings } from "./ground/ground.js"
 * @import { Sizes } from "./markers/markerCanvas.js"
 * @import { Box } from "./view/nearestFree.js"
 */

/** @typedef {{ lat: number, lng: number }} Place WGS 84 degrees */

/**
 * The map's events. `choose`: a marker's number, or null when none is chosen any longer. `tap`: a
 * free place was tapped. `enter`: Enter on the map itself, with the place at its centre. `lift`: a
 * marker's number. `travel`: the map begins to move. `settle`: a drag has been stored or refused.
 * `crowded`: whether an overview would show more than the many markers in view.
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
 * The rights of this page's user, by marker.
 * @typedef {object} Rights
 * @property {(number: number) => boolean} isOwn drawn as one's own among those of others
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
 * @property {(number: number) => string} [nameOf] a marker's name, read aloud
 * @property {string} [enterHelp] describes the effect of Enter on the map
 * @property {() => Sizes} [sizes] of markers and labels, for the
 *   map's present size
 * @property {HTMLElement} [above] lies over the map's upper edge; the first view leaves room for
 *   it. Its height must be the same for everybody in a room, or they would see different views.
 * @property {() => Box[]} [covered] the boxes over the map, in CSS pixels of the page
 * @property {(times: number) => Promise<void>} troubled loading has failed this number of times;
 *   resolves when it is time to try again
 * @property {boolean} [fitsAgain] whether the room's view is fitted to each new size of the
 *   map, until its user moves it
 */

/** The rights of a screen, which only shows. @type {Rights} */
export const LOOK_ONLY = {
  isOwn: () => false,
  mayMove: () => false,
  mayChoose: () => false,
  mayAdd: () => false,
};

/** Labels follow the reader's text size. */
export function phoneSizes() {
  const { fontSize } = getComputedStyle(document.documentElement);
  return { radius: 11, labelScale: Math.max(1, Math.min(2, parseFloat(fontSize) / 16)) };
}
