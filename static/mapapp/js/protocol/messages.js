/**
 * The messages of `map.v1` as types; docs/PROTOCOL.md is the contract.
 *
 * Latitudes and longitudes are WGS 84 degrees. Times carry their unit in their name.
 */

import { readBinaryMoves } from "./binaryMoves.js";
import { PACKED_SNAPSHOT, readPackedSnapshot } from "./packedSnapshot.js";

/**
 * @import { ActivityDraft, ActivityRow, Box, Rules, Settings, Stage, Surface, View }
 *   from "./activities.js"
 */

/** The websocket subprotocol. */
export const SUBPROTOCOL = "map.v1";

/**
 * A connection's role in a room.
 * @typedef {"participant" | "screen" | "host"} Role
 */

/**
 * The type of a change that a client may request.
 * @typedef {"add" | "grab" | "drop" | "place" | "edit" | "remove" | "name"
 *   | "lock" | "unlock" | "question" | "title" | "ban" | "close" | "rotate" | "revoke"
 *   | "expel" | "door" | "release"
 *   | "prepare" | "revise" | "discard" | "restore" | "order" | "go" | "stage" | "timer"
 *   | "late" | "count" | "spotlight" | "camera" | "putback"} ChangeType
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
 * @property {number} [owner] of a marker that is back
 * @property {boolean} [pinned] only hosts move it
 * @property {boolean} [listed] false: a name that only its owner needs to know
 * @property {string} [name]
 * @property {string} [question]
 * @property {string} [title] of the room
 * @property {number} [seconds]
 * @property {number} [like] a person
 * @property {boolean} [open]
 * @property {string | number} [key] a new host key; a number of one
 * @property {number | ActivityDraft} [activity] its number; `prepare`: the activity itself
 * @property {Partial<ActivityDraft>} [value] `revise`: replaces what it names; as a `prepare` is
 *   told: the activity
 * @property {number} [after] `prepare`: the number of the activity that it follows
 * @property {number[]} [activities] `order`: all numbers in their new order
 * @property {Stage} [stage]
 * @property {number} [round]
 * @property {{ activity: number, stage: Stage, round: number }} [from] `stage`: only if it is there
 * @property {number | null} [ends] of a timer: the server's clock, milliseconds since 1970
 * @property {boolean} [everyone] `camera`: phones are offered it, too
 * @property {Box | null} [area] of a `camera`; without it screens have their own view back
 * @property {number} [on] the marker of a `spotlight`, as it is told
 * @property {number} [of] the marker of a `late` answer, as it is told; 0 for a new one
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
 * @property {"json" | "packed" | "deflated"} [snapshot]
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
 * @property {number} [now] the server's clock, milliseconds since 1970
 * @property {MarkerRow[]} [mine] one's own markers, where others' are withheld
 */

/**
 * `[marker, lat, lng, owner, holder, grab, colour, icon, label]`
 * @typedef {[number, number, number, number, number, number, number, number, string]} MarkerRow
 */

/** @typedef {"open" | "locked" | "closed"} Phase */
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
 * @property {number} [activity] the number of the current one
 * @property {[position: number, count: number]} [place] of the current activity, from 1
 * @property {Stage} [stage]
 * @property {number} [round]
 * @property {number | null} [ends] of its timer: the server's clock, milliseconds since 1970
 * @property {boolean} [hidden] whether others' markers are withheld from the audience now
 * @property {Surface} [surface]
 * @property {Settings} [settings]
 * @property {Move[]} [before] where markers stood at the end of the first round
 * @property {number} [spotlight] a marker, or 0
 * @property {number[]} [pinned] markers that only hosts move
 * @property {Box | null} [camera] what screens show
 * @property {boolean} [everyone] whether everybody is invited there
 * @property {ActivityRow[]} [activities] all, in order; for hosts
 * @property {[person: number, marker: number, lat: number, lng: number][]} [late] for hosts
 */

/**
 * One's own markers, all of them.
 * @typedef {{ t: "mine", rev: number, markers: MarkerRow[], before?: Move[] }} Mine
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
 * @property {number} [answered] people who have a marker in the current activity
 */

/**
 * What a room's answers to its current activity come to.
 * @typedef {object} Result
 * @property {"result"} t
 * @property {number} rev
 * @property {number} activity its number
 * @property {number} round
 * @property {number} people who have answered
 * @property {[code: string, name: string, people: number][]} [countries] at most eight, of maps
 * @property {number} [country_count]
 * @property {[id: string, people: number][]} [zones] "": in none of them
 * @property {{ lat: number, lng: number, half_km: number, words: string } | null} [middle]
 * @property {{ lat: number, lng: number, major_km: number, minor_km: number, bearing: number }
 *   | null} [ellipse]
 * @property {{ podium: [person: number, km: number, place: number][], median_km: number,
 *   within_100_km: number }} [guess]
 * @property {{ km: number, toward: string, people: number, closer: number, moved: number }} [shift]
 * @property {{ lat: number, lng: number, count: number, words?: string }[]} [clusters] at most twelve
 */

/**
 * What one's own answer comes to.
 * @typedef {object} YourResult
 * @property {"your_result"} t
 * @property {number} activity its number
 * @property {number} round
 * @property {number} marker
 * @property {number} [km] from the target
 * @property {number} [place] among those who guessed
 * @property {number} [of] how many guessed
 * @property {number} [middle_km] from the middle of all
 * @property {{ person: number, km: number } | null} [nearest]
 * @property {string} [zone]
 * @property {number} [moved_km] since the first round
 */

/**
 * @typedef {object} Ack
 * @property {"ack"} t
 * @property {number} op
 * @property {number} rev
 * @property {number} [marker]
 * @property {number} [person]
 * @property {number} [activity] of `prepare`: its number
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
/** @typedef {{ t: "pong", id: number, rev: number, now?: number }} Pong */
/**
 * @typedef {Welcome | Snapshot | Mine | Tick | Moves | Pace | Ack | Refused | ErrorMessage | Bye
 *   | Pong | Result | YourResult} ServerMessage
 */

/**
 * Reads one frame from the server.
 *
 * @param {unknown} data of the websocket's message event
 * @returns {ServerMessage | null} null for anything that is not a message
 */
export function parseFrame(data) {
  if (data instanceof ArrayBuffer) {
    const kind = data.byteLength ? new DataView(data).getUint8(0) : 0;
    return kind === PACKED_SNAPSHOT ? readPackedSnapshot(data) : readBinaryMoves(data);
  }
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.t === "string" ? message : null;
  } catch {
    return null;
  }
}
