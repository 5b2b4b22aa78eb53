/**
 * What a room asks, as it stands on the wire, in files and in the plans of hosts.
 *
 * Latitudes and longitudes are WGS 84 degrees. On a plane they are a place in a square: `lat`
 * from -1 (below) to 1 (above), `lng` from -1 (left) to 1 (right).
 */

/** Where an activity is in its flow. @typedef {"prepare" | "answer" | "closed" | "revealed"} Stage */

/** @typedef {"own" | "shared" | "guess" | "zones"} Rules the kind of an activity */

/** @typedef {{ lat: number, lng: number, zoom: number }} View */

/** `[south, west, north, east]` @typedef {[number, number, number, number]} Box */

/** `[lat, lng, radius_km]` @typedef {[number, number, number]} Target */

/**
 * A named part of a surface; it has a box or a polygon of `[lat, lng]`.
 * @typedef {object} Zone
 * @property {string} id
 * @property {string} label
 * @property {Box} [box]
 * @property {[number, number][]} [polygon]
 */

/**
 * The ends of a plane's axes, from the lower one to the higher one.
 * @typedef {object} Axes
 * @property {[string, string]} [x] left, right
 * @property {[string, string]} [y] below, above
 */

/**
 * What lies under the markers.
 * @typedef {object} Surface
 * @property {"streets" | "outline" | "plane"} kind
 * @property {View} view the first view, for a window of 1024 × 768
 * @property {boolean} [names] whether places are named; yes if absent
 * @property {Box} [bounds]
 * @property {number} [min_zoom] 0 to 19
 * @property {number} [max_zoom] 0 to 19
 * @property {Zone[]} [zones]
 * @property {Axes} [axes] of a plane
 */

/**
 * The settings of an activity; each kind has some of them.
 * @typedef {object} Settings
 * @property {number} [markers_each] `own`: 1 to 100
 * @property {boolean} [anyone_adds] `shared`
 * @property {boolean} [hidden] others' answers are withheld until they are revealed
 * @property {number} [seconds] of the timer that starts as answers open; 0 without one
 * @property {Target[]} [targets] `guess`: absent before the reveal for all but hosts
 * @property {string} [answer] `guess`: what the targets are called; absent like them
 */

/**
 * An activity as one prepares it, without what happens to it.
 * @typedef {object} ActivityDraft
 * @property {Rules} kind
 * @property {string} question
 * @property {Partial<Surface>} [surface]
 * @property {Settings} [settings]
 * @property {Pin[]} [pinned]
 */

/**
 * A marker that only hosts move: a target, an example, an obstacle.
 * @typedef {object} Pin
 * @property {number} lat
 * @property {number} lng
 * @property {string} [label]
 */

/**
 * An activity in the plan that hosts see.
 * @typedef {ActivityDraft & ActivityProgress} ActivityRow
 */

/**
 * @typedef {object} ActivityProgress
 * @property {number} number unique in the room
 * @property {Stage} stage
 * @property {number} round from 1
 * @property {number | null} ends when its timer ends (server's clock, milliseconds since 1970)
 */

export {};
