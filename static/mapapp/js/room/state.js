/**
 * The room as this client knows it: a snapshot, and every change since, in revision order.
 *
 * It follows docs/PROTOCOL.md to the letter and never guesses: what does not join
 * up with the present revision is not applied at all.
 */

/**
 * @import { Change, Move, Phase, Rules, Snapshot, Tick, View } from "../protocol/messages.js"
 */

/**
 * A marker on the map. `owner` and `holder` are person numbers or 0; `grab` is
 * the revision of the present hold or 0, `taken` that of the last hold that was
 * not let go, but ended by the host. The position is the newest one known, moves
 * included.
 * @typedef {object} Marker
 * @property {number} number
 * @property {number} lat
 * @property {number} lng
 * @property {number} owner
 * @property {number} holder
 * @property {number} grab
 * @property {number} [taken]
 * @property {number} colour
 * @property {number} icon
 * @property {string} label
 */

export class RoomState {
  /** The revision that all of this is at. */
  rev = 0;
  /** The epoch in which `rev` means something; empty before the first snapshot. */
  epoch = "";
  /** @type {Phase} */
  phase = "open";
  /** Whether newcomers may come in. */
  doorOpen = true;
  title = "";
  question = "";
  /** @type {Rules} */
  rules = "own";
  markersEach = 1;
  anyoneAdds = false;
  /** @type {View} */
  view = { lat: 20, lng: 10, zoom: 2 };
  /** @type {Map<number, string>} names by person number */
  people = new Map();
  /** @type {Map<number, Marker>} by marker number */
  markers = new Map();

  /** @param {Snapshot} snapshot replaces all that was known */
  applySnapshot(snapshot) {
    this.epoch = snapshot.epoch;
    this.rev = snapshot.rev;
    this.phase = snapshot.phase;
    this.doorOpen = snapshot.door_open ?? true;
    this.title = snapshot.title;
    this.question = snapshot.question;
    this.rules = snapshot.rules;
    this.markersEach = snapshot.markers_each;
    this.anyoneAdds = snapshot.anyone_adds;
    this.view = { ...snapshot.view };
    this.people = new Map(snapshot.people);
    this.markers = new Map();
    for (const [number, lat, lng, owner, holder, grab, colour, icon, label] of snapshot.markers) {
      this.markers.set(number, { number, lat, lng, owner, holder, grab, colour, icon, label });
    }
  }

  /**
   * Applies the changes of a tick in their order, then its moves.
   *
   * @param {Tick} tick
   * @returns {boolean} false if its changes are not exactly the ones after `rev`:
   *   then nothing has been applied, and the client must resume
   */
  applyTick(tick) {
    if (!this.#joinsUp(tick)) return false;
    for (const change of tick.changes) {
      this.#apply(change);
      this.rev = change.rev;
    }
    this.applyMoves(tick.moves);
    return true;
  }

  /** @param {Move[]} moves positions of what is being dragged */
  applyMoves(moves) {
    for (const move of moves) this.#move(move);
  }

  /** @param {Tick} tick */
  #joinsUp({ rev, changes }) {
    return (
      rev === this.rev + changes.length &&
      changes.every((change, index) => change.rev === this.rev + 1 + index)
    );
  }

  /** @param {Move} move */
  #move([number, lat, lng]) {
    const marker = this.markers.get(number);
    if (marker) {
      marker.lat = lat;
      marker.lng = lng;
    }
  }

  /** @param {Change} change a kind that we do not know has no effect but its revision */
  #apply(change) {
    switch (change.kind) {
      case "person":
        // Until they do more than choose a name, only they themselves need it.
        if (change.person !== undefined && change.listed !== false) {
          this.people.set(change.person, change.name ?? "");
        }
        break;
      case "ban":
        // Their markers go by changes of their own.
        if (change.person !== undefined) this.people.delete(change.person);
        break;
      case "lock":
        this.phase = "locked";
        break;
      case "unlock":
        this.phase = "open";
        break;
      case "close":
        this.phase = "closed";
        break;
      case "door":
        this.doorOpen = change.open ?? true;
        break;
      case "question":
        this.question = change.question ?? "";
        break;
      default:
        if (change.marker !== undefined) this.#applyToMarker(change.marker, change);
    }
  }

  /**
   * @param {number} number
   * @param {Change} change
   */
  #applyToMarker(number, change) {
    if (change.kind === "add") {
      this.markers.set(number, {
        number,
        lat: change.lat ?? 0,
        lng: change.lng ?? 0,
        owner: change.by ?? 0,
        holder: 0,
        grab: 0,
        colour: change.colour ?? 0,
        icon: change.icon ?? 0,
        label: change.label ?? "",
      });
      return;
    }
    const marker = this.markers.get(number);
    if (!marker) return;
    switch (change.kind) {
      case "remove":
        this.markers.delete(number);
        break;
      case "grab":
        marker.holder = change.by ?? 0;
        marker.grab = change.rev;
        break;
      case "drop":
      case "release":
        // By nobody it is the server's, where a holder is gone or idle.
        if (change.kind === "release" && change.by) marker.taken = marker.grab;
        marker.holder = 0;
        marker.grab = 0;
        this.#move([number, change.lat ?? marker.lat, change.lng ?? marker.lng]);
        break;
      case "place":
        this.#move([number, change.lat ?? marker.lat, change.lng ?? marker.lng]);
        break;
      case "edit":
        marker.label = change.label ?? marker.label;
        marker.colour = change.colour ?? marker.colour;
        marker.icon = change.icon ?? marker.icon;
        break;
    }
  }
}
