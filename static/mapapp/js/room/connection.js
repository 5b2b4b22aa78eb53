/**
 * One websocket, from opening to its end.
 *
 * A line can die silently (a phone that changes networks, a laptop that slept),
 * and a browser does not show websocket pings to the page. So after some silence
 * it sends a ping of its own, and without an answer the connection is over.
 * `Patience` stretches all the deadlines on a slow line.
 */

import { InOrder } from "../platform/inOrder.js";
import { inflated } from "../protocol/deflated.js";
import { parseFrame, SUBPROTOCOL } from "../protocol/messages.js";

/**
 * @import { ClientMessage, ServerMessage } from "../protocol/messages.js"
 * @import { Environment } from "./environment.js"
 * @import { Patience } from "./patience.js"
 * @import { ServerClock } from "./serverClock.js"
 */

/** The deadline to open, and then again for the first frame (all times in milliseconds). */
const OPEN_WITHIN = 10_000;
/** Ask whether the line is alive after this long without a frame … */
const QUIET = 15_000;
/** … and sooner while an answer is due. */
const QUIET_AWAITING = 4_000;
/** How long the answer may take. */
const PONG_WITHIN = 5_000;
/** With this many bytes unsent (moves are about 70 bytes), newer moves wait. */
const CONGESTED = 1_024;
/** The close code for a line that broke silently. */
export const BROKEN = 1006;

/**
 * @typedef {object} Handlers
 * @property {() => void} opened
 * @property {(message: ServerMessage) => void} received
 * @property {(code: number) => void} ended called once, unless `close` was called before
 */

export class Connection {
  #env;
  #patience;
  #clock;
  /** @type {Handlers | null} null once it has ended */
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  #startedAt;
  /** When the ping or hello was sent whose answer measures the round trip. */
  #askedAt = 0;
  #heardAt = 0;
  #framesHeard = 0;
  /** A compressed frame takes a moment, and those after it wait. */
  #frames = new InOrder();
  /** Since when an answer is due; Infinity when none is. */
  #awaitingSince = Infinity;
  #probing = false;
  #pings = 0;
  /** @type {any} */
  #timer;

  /**
   * @param {Environment} env
   * @param {string} url
   * @param {{ patience: Patience, clock: ServerClock }} learnt what its messages teach
   * @param {Handlers} handlers
   */
  constructor(env, url, { patience, clock }, handlers) {
    this.#env = env;
    this.#patience = patience;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#startedAt = env.now();
    try {
      this.#socket = this.#open(url);
      this.#giveUpAfter(OPEN_WITHIN);
    } catch {
      // The page may not open websockets at all; reported later, like any other end.
      this.#after(0, () => this.#end(BROKEN));
    }
  }

  /** @param {string} url */
  #open(url) {
    const socket = new this.#env.WebSocket(url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      // It makes progress: the first frame has a deadline of its own.
      this.#giveUpAfter(OPEN_WITHIN);
      this.#startedAt = this.#askedAt = this.#env.now();
      this.#handlers?.opened();
    };
    socket.onclose = ({ code }) => this.#frames.put(code, () => this.#end(code));
    socket.onmessage = ({ data }) => this.#hear(data);
    return socket;
  }

  /** Whether the unsent bytes would make a move arrive late: keep the newest instead. */
  get congested() {
    return (this.#socket?.bufferedAmount ?? 0) > CONGESTED;
  }

  /** @param {boolean} awaiting whether an answer is due, so that silence means more */
  set awaiting(awaiting) {
    if (awaiting === this.#awaitingSince < Infinity) return;
    this.#awaitingSince = awaiting ? this.#env.now() : Infinity;
    if (awaiting && this.#framesHeard && !this.#probing) this.#listen();
  }

  /** @param {ClientMessage} message not sent once the connection has ended */
  send(message) {
    const socket = this.#socket;
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(message));
  }

  /**
   * Checks a doubtful line soon.
   *
   * @param {number} within how long the answer may take on a good line (ms)
   */
  probe(within) {
    const deadline = this.#patience.atOnce(within);
    if (this.#framesHeard) this.#ask(deadline);
    // Still opening: an attempt from before the doubt may hang for long.
    else if (this.#env.now() - this.#startedAt > deadline) this.#end(BROKEN);
  }

  /** Asks for the server's time, unless it is being asked for something already. */
  measure() {
    if (this.#framesHeard && !this.#probing) this.#ask(this.#patience.allows(PONG_WITHIN));
  }

  /** @param {number} deadline how long the answer may take (ms) */
  #ask(deadline) {
    const heardBefore = this.#framesHeard;
    this.#probing = true;
    this.#askedAt = this.#env.now();
    this.send({ t: "ping", id: ++this.#pings });
    this.#after(deadline, () => {
      this.#probing = false;
      if (this.#framesHeard > heardBefore) this.#listen();
      else this.#giveUp();
    });
  }

  /** Ends it without telling the handlers. */
  close() {
    this.#handlers = null;
    this.#detach();
  }

  /** @param {unknown} data */
  #hear(data) {
    const heardAt = (this.#heardAt = this.#env.now());
    const isFirst = ++this.#framesHeard === 1;
    if (isFirst) this.#listen();
    // The first frame may be small; the room's whole state follows it.
    else this.#patience.carries();
    this.#frames.put(inflated(data), (frame) => this.#receive(frame, heardAt, isFirst));
  }

  /**
   * @param {unknown} data
   * @param {number} heardAt
   * @param {boolean} isFirst
   */
  #receive(data, heardAt, isFirst) {
    const message = parseFrame(data);
    if (isFirst || (message?.t === "pong" && message.id === this.#pings)) {
      this.#patience.measured(heardAt - this.#askedAt);
      const { now } = /** @type {{ now?: number }} */ (message ?? {});
      if (now !== undefined) this.#clock.told(now, this.#askedAt, heardAt);
    }
    if (message) this.#handlers?.received(message);
  }

  /** Waits until the silence has lasted too long; then asks. */
  #listen() {
    const left = this.#silentAt() - this.#env.now();
    this.#after(left, () => {
      if (this.#silentAt() <= this.#env.now()) this.#ask(this.#patience.allows(PONG_WITHIN));
      else this.#listen();
    });
  }

  /** @returns {number} when the silence will have lasted too long (ms) */
  #silentAt() {
    const whileAwaiting = Math.max(this.#heardAt, this.#awaitingSince) + QUIET_AWAITING;
    return Math.min(this.#heardAt + QUIET, whileAwaiting);
  }

  /**
   * @param {number} ms
   * @param {() => void} action replaces the one set before
   */
  #after(ms, action) {
    this.#env.clearTimeout(this.#timer);
    this.#timer = this.#env.setTimeout(action, Math.max(0, ms));
  }

  /** @param {number} ms how long a good line may take */
  #giveUpAfter(ms) {
    this.#after(this.#patience.allows(ms), () => this.#giveUp());
  }

  #giveUp() {
    this.#patience.gaveUp();
    this.#end(BROKEN);
  }

  /** @param {number} code */
  #end(code) {
    const handlers = this.#handlers;
    this.#handlers = null;
    this.#detach();
    handlers?.ended(code);
  }

  #detach() {
    this.#env.clearTimeout(this.#timer);
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onclose = socket.onmessage = null;
    // On a dead line the close event would come only after a long while.
    socket.close();
  }
}
