/** The effects of marker changes on a room. */

/**
 * @import { Change } from "../../protocol/messages.js"
 * @import { Marker, RoomState } from "../state.js"
 */

/** @type {Record<string, (room: RoomState, change: Change) => void>} by kind */
export const markerChanges = {
  add(room, { by = 0, ...change }) {
    appear(room, { ...change, owner: by });
  },
  putback: appear,
  count(room, change) {
    // A late answer that the host counts is put where it was offered.
    const { marker: number = 0, person = 0, colour = 0, icon = 0, label = "" } = change;
    const marker = room.markers.get(number);
    room.late = room.late.filter(([by]) => by !== person);
    if (marker) put(marker, change);
    else if (number) markerChanges.add?.(room, { ...change, by: person, colour, icon, label });
  },
  remove({ markers, before, pinned }, { marker = 0 }) {
    markers.delete(marker);
    before.delete(marker);
    pinned.delete(marker);
  },
  grab: ofMarker((marker, { by = 0, rev }) => {
    marker.holder = by;
    marker.grab = rev;
  }),
  drop: ofMarker(letGo),
  release: ofMarker((marker, change) => {
    // Without a person the server did it, because the holder was gone or idle.
    if (change.by) marker.taken = marker.grab;
    letGo(marker, change);
  }),
  place: ofMarker(put),
  edit: ofMarker((marker, { label, colour, icon }) => {
    marker.label = label ?? marker.label;
    marker.colour = colour ?? marker.colour;
    marker.icon = icon ?? marker.icon;
  }),
};

/**
 * @param {(marker: Marker, change: Change) => void} effect
 * @returns {(room: RoomState, change: Change) => void} does nothing without the marker
 */
function ofMarker(effect) {
  return ({ markers }, change) => {
    const marker = markers.get(change.marker ?? 0);
    if (marker) effect(marker, change);
  };
}

/**
 * @param {Marker} marker
 * @param {Change} change
 */
function put(marker, { lat, lng }) {
  marker.lat = lat ?? marker.lat;
  marker.lng = lng ?? marker.lng;
}

/**
 * @param {Marker} marker
 * @param {Change} change
 */
function letGo(marker, change) {
  marker.holder = 0;
  marker.grab = 0;
  put(marker, change);
}

/**
 * A marker is new on the map, or back.
 *
 * @param {RoomState} room
 * @param {Change} change
 */
function appear({ markers, pinned }, change) {
  const { marker: number, owner = 0, lat = 0, lng = 0, colour = 0, icon = 0, label = "" } = change;
  if (number === undefined) return;
  markers.set(number, { number, lat, lng, owner, holder: 0, grab: 0, colour, icon, label });
  if (change.pinned) pinned.add(number);
}
