/**
 * The messages of `map.v1` as types; docs/PROTOCOL.md is the contract.
 *
 * Latitudes and longitudes are WGS 84 degrees. Times carry their unit in their name.
 */

import { readBinaryMoves } from "./binaryMoves.js";

/** The websocket subprotocol. */
export const SUBPROTOCOL = "map.v1";

/**
 * A connection's role in a room.
 * @typedef {"participant" | "screen" | "host"} Role
 */

/**
 * The type of a change that a client may request.
 * @typedef {"add" | "grab" | "drop" | "place" | "edit" | "remove" | "name"
 *   | "lock" | "unlock" | "question" | "ban" | "close" | "rotate" | "revoke"
 *   | "expel" | "door" | "release"} ChangeType
 */

/**
 * The fields of a change besides its type and op id.
 * @typedef {object} ChangeFields
 * @property {number} [marker]
 * @property {number} [grab] the revision of the grab: a fencing token
 * @property {number} [unmoved_since] a revision: only if nobody has moved the marker since
 * @property {number} [lat]
 * @property {number} [lng]
 * @property {string} [label]
 * @property {number} [colour] 0 to 7
 * @property {number} [icon] 0 to 7
 * @property {number} [person]
 * @property {boolean} [listed] false: a name that only its owner needs to know
 * @property {string} [name]
 * @property {string} [question]
 * @property {number} [seconds]
 * @property {number} [like] a person
 * @property {boolean} [open]
 * @property {string | number} [key] a new host key; a number of one
 */

// From the client ---------------------------------------------------------------------

/**
 * @typedef {object} Hello
 * @property {"hello"} t
 * @property {Role} as
 * @property {string} client
 * @property {string} [token]
 * @property {string} [key]
 * @property {string} [pair] a one-time code for a host's new key
 * @property {string} [label] the name of a host's device
 * @property {string} [epoch]
 * @property {number} [rev]
 * @property {"json" | "binary" | "packed"} [moves]
 */

/** @typedef {{ t: "move", marker: number, grab: number, lat: number, lng: number }} MoveFrame */
/** @typedef {{ t: "look", south: number, west: number, north: number, east: number }} Look */
/** @typedef {{ t: "ping", id: number }} Ping */
/** @typedef {{ t: ChangeType, op: number, client?: string } & ChangeFields} ChangeFrame */
/** @typedef {Hello | MoveFrame | Look | Ping | ChangeFrame} ClientMessage */

// From the server ---------------------------------------------------------------------

/**
 * @typedef {object} Limits
 * @property {number} moves_per_second
 * @property {number} frame_bytes
 * @property {number} unacknowledged
 */

/**
 * @typedef {object} Welcome
 * @property {"welcome"} t
 * @property {Role} role
 * @property {string} [token]
 * @property {number | null} person
 * @property {string} name
 * @property {string} epoch
 * @property {number} rev
 * @property {Limits} limits
 */

/**
 * `[marker, lat, lng, owner, holder, grab, colour, icon, label]`
 * @typedef {[number, number, number, number, number, number, number, number, string]} MarkerRow
 */

/** @typedef {"open" | "locked" | "closed"} Phase */
/** @typedef {"own" | "shared"} Rules */
/** @typedef {{ lat: number, lng: number, zoom: number }} View */

/**
 * @typedef {object} Snapshot
 * @property {"snapshot"} t
 * @property {string} epoch
 * @property {number} rev
 * @property {string} title
 * @property {string} question
 * @property {Rules} rules
 * @property {number} markers_each
 * @property {boolean} anyone_adds
 * @property {Phase} phase
 * @property {boolean} [door_open]
 * @property {View} view
 * @property {[number, string][]} people
 * @property {MarkerRow[]} markers
 */

/**
 * A change as broadcast to everybody; an unknown kind still has its revision.
 * @typedef {{ rev: number, kind: string, by?: number } & ChangeFields} Change
 */

/** From a binary frame. @typedef {{ t: "moves", moves: Move[] }} Moves */
/** @typedef {{ t: "pace", moves_per_second: number }} Pace */

/** `[marker, lat, lng]` @typedef {[number, number, number]} Move */

/**
 * @typedef {object} Tick
 * @property {"tick"} t
 * @property {number} rev
 * @property {Change[]} changes
 * @property {Move[]} moves
 * @property {number} [people]
 * @property {number} [screens]
 */

/**
 * @typedef {object} Ack
 * @property {"ack"} t
 * @property {number} op
 * @property {number} rev
 * @property {number} [marker]
 * @property {number} [person]
 * @property {string} [client]
 */

/**
 * @typedef {object} Refused
 * @property {"refused"} t
 * @property {number} op
 * @property {string} code
 * @property {string} message
 * @property {string} [client]
 * @property {number} [by]
 * @property {string} [name]
 */

/**
 * @typedef {object} ErrorMessage
 * @property {"error"} t
 * @property {string} code
 * @property {string} message
 * @property {number} [op]
 * @property {string} [client]
 */

/** @typedef {{ t: "bye", code: string, message: string, retry_ms?: number }} Bye */
/** @typedef {{ t: "pong", id: number, rev: number }} Pong */
/** @typedef {Welcome | Snapshot | Tick | Moves | Pace | Ack | Refused | ErrorMessage | Bye | Pong} ServerMessage */

/**
 * Reads one frame from the server.
 *
 * @param {unknown} data of the websocket's message event
 * @returns {ServerMessage | null} null for anything that is not a message
 */
export function parseFrame(data) {
  if (data instanceof ArrayBuffer) return readBinaryMoves(data);
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.t === "string" ? message : null;
  } catch {
    return null;
  }
}
