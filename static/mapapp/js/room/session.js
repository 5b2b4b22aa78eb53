/**
 * One person's connection to one room, over any number of websockets.
 *
 * It keeps the room's state current (O2, R1) and puts the parts together: the
 * socket reconnects by itself, the delivery brings every change to its
 * answer, the drags hold and move markers.
 */

import { refusal, sentenceFor } from "../protocol/sentences.js";
import { Emitter } from "../platform/emitter.js";
import { RoomState } from "./state.js";
import { Delivery } from "./delivery.js";
import { DragSet } from "./dragSet.js";
import { browserEnvironment } from "./environment.js";
import { ReconnectingSocket } from "./reconnectingSocket.js";
import { ViewReporter } from "./viewReporter.js";
import { ToldResults } from "./toldResults.js";
import { SafeStorage } from "../platform/safeStorage.js";

/**
 * @import { Bounds } from "../protocol/coordinates.js"
 * @import * as messages from "../protocol/messages.js"
 * @import { Answer } from "./outbox.js"
 * @import { RoomDrag } from "./roomDrag.js"
 * @import { Environment, Happening } from "./environment.js"
 * @import { Status } from "./reconnectingSocket.js"
 */

/** @typedef {{ lat: number, lng: number }} Position WGS 84 degrees */
/** @typedef {{ op: number, lat: number, lng: number, colour?: number, icon?: number, label?: string }} PendingAdd */

/**
 * Its events. `state`: the room has changed, by these changes or by a whole snapshot. `saved`:
 * the set of changes that are unsaved, or not yet in the room's state, is different. `notice`:
 * news for the person that does not concern anything they did on this page. `result`: `results`
 * are different.
 * @typedef {object} SessionEvents
 * @property {[]} status
 * @property {[news: { changes: messages.Change[], snapshot: boolean }]} state
 * @property {[moves: messages.Move[]]} moves
 * @property {[]} presence
 * @property {[]} result
 * @property {[]} saved
 * @property {[]} me
 * @property {[notice: { code: string, message: string }]} notice
 */

/** A clock that is off by more than this (ms) does not show the same second as others. */
const CLOCK_ERROR = 150;

/** @extends {Emitter<SessionEvents>} */
export class Session extends Emitter {
  /** The room; only the session writes to it. */
  state = new RoomState();
  /** Whether the state has been received once. */
  ready = false;
  /** @type {{ person: number | null, name: string, role: messages.Role }} */
  me;
  /** @type {Status} */
  status = { name: "connecting", attempt: 1 };
  /** How many are connected now, in the whole room, and how many have answered. */
  presence = { people: 0, screens: 0, answered: 0 };
  /** What the answers to the current activity come to, as far as the server has told it. */
  results = new ToldResults(this.state);

  #env;
  #isScreen;
  #storage;
  #wantedName;
  #line;
  #delivery;
  #drags;
  #viewReporter;
  /** The revision that the room had when it welcomed us. */
  #revAtWelcome = 0;
  /** Whether the state has reached that revision, and so is the present one. */
  #current = false;
  /** Whether our revision is good for resuming. */
  #resumable = false;
  #tellOfStorage = true;
  /** For which end of a timer the clock has been looked at. @type {number | null} */
  #clockedFor = null;
  #unwatch = () => {};

  /**
   * @param {object} options
   * @param {string} options.code six digits
   * @param {messages.Role} options.role
   * @param {string} [options.key] the host key, for a host, or for the presenter's own screen
   * @param {string} [options.pair] a one-time code, for a host whose key is new
   * @param {string} [options.label] the name of that host's device
   * @param {string} [options.name] the name that a newcomer wishes for
   * @param {Environment} [options.env]
   */
  constructor({ code, role, key = "", pair, label, name = "", env = browserEnvironment() }) {
    super();
    this.#env = env;
    this.#isScreen = role === "screen";
    this.#wantedName = name;
    this.me = { person: null, name, role };
    const storage = new SafeStorage(env.storage, () => this.#notKept());
    this.#storage = storage;
    // A client id of this page alone; see KeptChanges for why a reload takes a new one.
    const identity = { code, role, key, pair, label, client: env.uuid() };
    const line = new ReconnectingSocket(env, storage, identity, {
      resumeFrom: () =>
        this.#resumable ? { epoch: this.state.epoch, rev: this.state.rev } : {},
      welcomed: (welcome, isNew) => this.#welcome(welcome, isNew),
      received: (message) => this.#receive(message),
      lost: () => this.#connectionLost(),
      stopped: (reason, message, isFinal) => this.#stopped(reason, message, isFinal),
      status: (status) => {
        this.status = status;
        this.emit("status");
      },
    });
    const room = { line, state: this.state };
    const changed = () => this.emit("saved");
    const delivery = new Delivery(env, storage, identity, room, {
      changed,
      foundDrags: (drags) => this.#foundDrags(drags),
      refused: (answer) => this.#refused(answer),
      put: (marker, rev) => this.#drags.put(marker, rev),
    });
    this.#line = line;
    this.#delivery = delivery;
    this.#viewReporter = new ViewReporter(env, line);
    this.#drags = new DragSet(
      env,
      { ...room, delivery },
      { changed, refused: (answer) => this.#refused(answer), me: () => this.me.person },
    );
  }

  /** Enters the room, and reconnects after every loss until `stop`. */
  start() {
    this.#unwatch();
    this.#unwatch = this.#env.watch((happening) => this.#on(happening));
    if (!this.#isScreen) this.#delivery.start();
    this.#line.start();
  }

  /** Leaves the room. Unanswered changes are kept for the next visit. */
  stop() {
    this.#rest();
    this.#line.stop();
  }

  /** Connects now instead of waiting for the next attempt. */
  retryNow() {
    this.#line.retryNow();
  }

  /**
   * Requests a change. To drag a marker use `drag`.
   *
   * @param {messages.ChangeType} t
   * @param {messages.ChangeFields} [fields]
   * @returns {Promise<Answer>} once it is stored or refused, however long that takes
   * @throws {RangeError} for coordinates that are not finite numbers
   */
  change(t, fields = {}) {
    return this.#delivery.send(t, fields).answer;
  }

  /**
   * Replaces our host key.
   *
   * @param {string} key
   * @returns {Promise<Answer>}
   */
  async rotateKey(key) {
    // Not kept: a reload would repeat it with a key that may no longer be valid.
    const answer = await this.#delivery.send("rotate", { key }, { kept: false }).answer;
    if (answer.ok) this.#line.useKey(key);
    return answer;
  }

  /**
   * Begins to drag a marker.
   *
   * @param {number} marker
   * @returns {RoomDrag}
   */
  drag(marker) {
    return this.#drags.begin(marker);
  }

  /**
   * Reports the part of the map that the page shows. A screen gets all moves alike.
   *
   * @param {Bounds} bounds
   */
  look(bounds) {
    if (!this.#isScreen) this.#viewReporter.look(bounds);
  }

  /** The server's clock, by which deadlines are told. */
  get clock() {
    return this.#line.clock;
  }

  /** @returns {number} the server's time now, in milliseconds since 1970 */
  serverNow() {
    return this.clock.now();
  }

  /** Whether the state is the present one; a snapshot may be some changes old. */
  get isCurrent() {
    return this.#current;
  }

  /** The number of changes without an acknowledgement; a drag under way counts as one. */
  get unsaved() {
    return this.#delivery.unsaved.length + this.#drags.unsaved.length;
  }

  /** Whether unsaved changes survive a reload of this page. */
  get keeps() {
    return this.#storage.keeps;
  }

  /**
   * @param {number} marker
   * @returns {boolean} whether a change to it is not acknowledged yet
   */
  isUnsaved(marker) {
    return (
      this.#delivery.unsaved.some(({ fields }) => fields.marker === marker) ||
      this.#drags.unsaved.some((drag) => drag.marker === marker)
    );
  }

  /**
   * Where this person has put a marker, until the room's state shows it there.
   *
   * @param {number} marker
   * @returns {Position | null} null if the room's own position is the newest
   */
  pendingPosition(marker) {
    const held = this.#drags.unsaved.reverse().find((drag) => drag.marker === marker);
    return held ? { lat: held.lat, lng: held.lng } : this.#delivery.placed(marker);
  }

  /** @returns {PendingAdd[]} added by this person, and not yet in the room's state */
  get pendingAdds() {
    return this.#delivery.pending
      .filter(({ t }) => t === "add")
      .map(({ op, fields: { lat = 0, lng = 0, colour, icon, label } }) => {
        return { op, lat, lng, colour, icon, label };
      });
  }

  /** @param {messages.ServerMessage} message ignored if its type is unknown */
  #receive(message) {
    switch (message.t) {
      case "snapshot":
        this.#snapshot(message);
        break;
      case "tick":
        this.#tick(message);
        break;
      case "mine":
        this.#mine(message);
        break;
      case "result":
      case "your_result":
        this.results.take(message);
        this.emit("result");
        break;
      case "moves":
        this.state.applyMoves(message.moves);
        this.emit("moves", message.moves);
        break;
      case "pace":
        this.#drags.moveInterval = 1000 / message.moves_per_second;
        break;
      case "ack":
        this.#iAm(message.person, this.state.people.get(message.person ?? 0));
        this.#delivery.acknowledged(message);
        break;
      case "refused":
        this.#delivery.refused(message);
        break;
      case "error":
        if (message.op === undefined) this.#notice(message.code, message);
        else this.#delivery.refused(message);
        break;
    }
  }

  /**
   * @param {messages.Welcome} welcome
   * @param {boolean} isNew
   */
  #welcome({ person, name, role, epoch, rev, limits, mine }, isNew) {
    this.#revAtWelcome = rev;
    this.#mine(mine ? { rev, markers: mine } : null);
    this.#delivery.epoch = epoch;
    this.#delivery.window = limits.unacknowledged;
    this.#delivery.frameBytes = limits.frame_bytes;
    this.#drags.moveInterval = 1000 / limits.moves_per_second;
    this.me = { person, name, role };
    this.emit("me");
    if (isNew) this.#delivery.dropOtherRoom(epoch);
    this.#delivery.flush();
    this.#viewReporter.tell();
    if (person === null && this.#wantedName && this.#wantedName !== name) {
      this.change("name", { name: this.#wantedName });
    }
    this.#wantedName = "";
  }

  /** @param {messages.Snapshot} snapshot */
  #snapshot(snapshot) {
    // Our acknowledged changes of another epoch will not appear in this one: stop waiting.
    const isSameEpoch = snapshot.epoch === this.state.epoch;
    this.state.applySnapshot(snapshot);
    this.ready = true;
    this.#resumable = true;
    this.#applied(isSameEpoch ? this.state.rev : Infinity, [], true);
    this.emit("result");
  }

  /** @param {Omit<messages.Mine, "t"> | null} mine */
  #mine(mine) {
    const changed = this.state.applyMine(mine);
    if (!mine || changed.length === 0) return;
    // They are told as if they were changes: by whom and how is not known.
    const changes = changed.map((marker) => ({ rev: mine.rev, kind: "mine", marker }));
    this.#applied(this.state.rev, changes, false);
  }

  /** @param {messages.Tick} tick */
  #tick(tick) {
    if (!this.state.applyTick(tick)) {
      // Resume on another connection; if that leaves a gap too, ask for a snapshot (O2).
      this.#resumable = this.#current;
      this.#line.renew();
      return;
    }
    for (const { kind, person, name } of tick.changes) {
      if (kind === "person" && person === this.me.person) this.#iAm(person, name);
    }
    this.#applied(this.state.rev, tick.changes, false);
    if (tick.moves.length) this.emit("moves", tick.moves);
    this.#count(tick);
  }

  /** @param {messages.Tick} tick tells what has changed of it */
  #count(tick) {
    const before = this.presence;
    const { people = before.people, screens = before.screens, answered = before.answered } = tick;
    this.presence = { people, screens, answered };
    const isNew = people !== before.people || screens !== before.screens;
    if (isNew || answered !== before.answered) this.emit("presence");
  }

  /**
   * The state has advanced.
   *
   * @param {number} shown the revision up to which it contains our own changes
   * @param {messages.Change[]} changes
   * @param {boolean} snapshot
   */
  #applied(shown, changes, snapshot) {
    // A snapshot may be some changes old; the tick behind it brings the rest.
    this.#current ||= this.state.rev >= this.#revAtWelcome;
    this.#delivery.shown(shown);
    if (this.#current) this.#drags.check();
    this.#checkClock();
    if (changes.length || snapshot) this.emit("state", { changes, snapshot });
  }

  /** While a timer runs everybody shows the same second (L2). */
  #checkClock() {
    const { stage, ends } = this.state.activity;
    if (stage !== "answer" || ends === null || ends === this.#clockedFor) return;
    this.#clockedFor = ends;
    if (this.clock.error > CLOCK_ERROR) this.#line.measureSoon();
  }

  /**
   * @param {number} [person]
   * @param {string} [name]
   */
  #iAm(person = this.me.person ?? 0, name = this.me.name) {
    if (!person || (person === this.me.person && name === this.me.name)) return;
    this.me = { ...this.me, person, name };
    this.emit("me");
  }

  #connectionLost() {
    this.#current = false;
    this.#delivery.connectionLost();
    this.#drags.connectionLost();
  }

  /**
   * @param {string} code
   * @param {string} message
   * @param {boolean} isFinal
   */
  #stopped(code, message, isFinal) {
    const answer = refusal(code, { message });
    this.#drags.refuse(answer);
    this.#delivery.end(answer, isFinal);
    this.#rest();
  }

  /** @param {import("./keptChanges.js").KeptDrag[]} drags */
  #foundDrags(drags) {
    this.#drags.found(drags);
    if (this.#current) this.#drags.check();
  }

  #rest() {
    this.#unwatch();
    this.#viewReporter.stop();
    this.#drags.keep();
    this.#delivery.stop();
  }

  /** @param {Happening} happening */
  #on(happening) {
    switch (happening) {
      case "online":
      case "visible":
        this.#line.wake();
        break;
      case "offline":
        this.#line.doubt();
        break;
      case "hidden":
        this.#drags.keep();
        break;
      case "leave":
        this.#drags.keep();
        this.#delivery.stop();
        break;
      case "return":
        if (!this.#isScreen) this.#delivery.start();
        this.#line.wake();
        break;
      case "storage":
        if (!this.#isScreen) this.#delivery.takeOverSoon();
        break;
      case "token":
        // A person who has done something in the room, or is about to, keeps their identity.
        if (this.me.person === null && this.#delivery.pending.length === 0) {
          this.#line.joinOtherTabs();
        }
        break;
    }
  }

  /** A change that nothing on this page waits for. @param {Answer} answer */
  #refused(answer) {
    if (!answer.ok) this.emit("notice", { code: answer.code, message: answer.message });
  }

  #notKept() {
    if (!this.#tellOfStorage) return;
    this.#tellOfStorage = false;
    this.#notice("not_kept");
  }

  /**
   * @param {string} code
   * @param {{ message?: string }} [said]
   */
  #notice(code, said) {
    this.emit("notice", { code, message: sentenceFor(code, said) });
  }
}
