/**
 * A connection that restores itself: says hello, keeps the token, waits with
 * backoff, and wakes up with the page (R2, R3).
 */

import { closeCode } from "../protocol/closeCodes.js";
import { canInflate } from "../protocol/deflated.js";
import { sentenceFor } from "../protocol/sentences.js";
import { Backoff, LAST_CEILING, LAST_CEILING_OF_SCREEN } from "./backoff.js";
import { BROKEN, Connection } from "./connection.js";
import { Patience } from "./patience.js";
import { ServerClock } from "./serverClock.js";

/**
 * @import { Bye, ClientMessage, Role, ServerMessage, Welcome } from "../protocol/messages.js"
 * @import { Environment } from "./environment.js"
 * @import { SafeStorage } from "../platform/safeStorage.js"
 */

/**
 * `connecting`: for the first time. `lost`: it reconnects by itself, at `retryAt`
 * (milliseconds since 1970), or is doing so now if there is none. `stopped`: it
 * does not. `code` is the reason, `message` a sentence for people.
 * @typedef {object} Status
 * @property {"connecting" | "live" | "lost" | "stopped"} name
 * @property {string} [code]
 * @property {string} [message]
 * @property {number} [retryAt]
 * @property {number} [attempt]
 */

/**
 * @typedef {object} ReconnectingSocketHandlers
 * @property {() => { epoch?: string, rev?: number }} resumeFrom the state that we have
 * @property {(welcome: Welcome, isNew: boolean) => void} welcomed `isNew`: the
 *   room did not know our token, so we are a new person to it
 * @property {(message: ServerMessage) => void} received everything but welcome and bye
 * @property {() => void} lost
 * @property {(code: string, message: string, isFinal: boolean) => void} stopped
 * @property {(status: Status) => void} status
 */

/** A connection that lasted this long (ms) was a good one. */
const STABLE = 5_000;
/** How long the line may take to answer when the page or the network wakes up (ms). */
const WAKE_DEADLINE = 2_000;
/** Within which time the phones of a room ask for the server's time (ms). */
const MEASURE_SPREAD = 3_000;

export class ReconnectingSocket {
  #env;
  #url;
  #identity;
  #tokenKey;
  #storage;
  #handlers;
  #backoff;
  #patience;
  /** The server's. */
  clock;
  #running = false;
  /** @type {Connection | null} */
  #connection = null;
  /** When this connection was welcomed (ms); 0 before. */
  #welcomedAt = 0;
  /** @type {string | null} the token of this connection's hello */
  #sentToken = null;
  /** @type {string | null} our token, once the room has welcomed us */
  #token = null;
  /** Whether our token has just been rejected. */
  #isNew = false;
  /** Whether a server has just turned away what an older one does not know. */
  #isPlain = false;
  /** @type {Bye | null} */
  #bye = null;
  /** Why the last connection ended. */
  #reason = { code: "", message: "" };
  /** @type {any} */
  #retryTimer;
  /** @type {any} */
  #measureTimer;

  /**
   * @param {Environment} env
   * @param {SafeStorage} storage keeps the token
   * @param {{ code: string, role: Role, key: string, pair?: string, label?: string,
   *   client: string }} identity
   * @param {ReconnectingSocketHandlers} handlers
   */
  constructor(env, storage, { code, role, key, pair, label, client }, handlers) {
    this.#env = env;
    this.clock = new ServerClock(env);
    this.#patience = new Patience(env.roundTrip());
    this.#storage = storage;
    this.#url = env.socketUrl(code);
    this.#tokenKey = `livemap:${code}:token`;
    this.#identity = {
      as: role,
      client,
      ...(role === "host" && { key, pair, label }),
      // The key gives a screen no rights, only a place however many screens there are.
      ...(role === "screen" && key && { key }),
    };
    this.#handlers = handlers;
    this.#backoff = new Backoff(env, role === "screen" ? LAST_CEILING_OF_SCREEN : LAST_CEILING);
  }

  /** Whether the room has welcomed us on the present connection. */
  get live() {
    return this.#welcomedAt > 0;
  }

  /** Whether the unsent bytes would make a move arrive late. */
  get congested() {
    return this.#connection?.congested ?? false;
  }

  /** @param {boolean} awaiting whether an answer is due, so that silence means more */
  set awaiting(awaiting) {
    if (this.#connection) this.#connection.awaiting = awaiting;
  }

  /** @param {ClientMessage} message not sent while there is no connection */
  send(message) {
    this.#connection?.send(message);
  }

  /** @param {string} key for a host's hello from now on */
  useKey(key) {
    this.#identity = { ...this.#identity, key, pair: undefined };
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#backoff.reset();
    this.#connect();
  }

  stop() {
    this.#halt();
    this.#handlers.status({ name: "stopped" });
  }

  /** Connects now instead of waiting for the next attempt. */
  retryNow() {
    if (this.#running && !this.#connection) this.#connect();
  }

  /** The network or the page is back: checks the connection, or reconnects, at once. */
  wake() {
    if (!this.#running) return;
    if (this.#connection) this.#connection.probe(WAKE_DEADLINE);
    else if (this.#env.now() >= this.#backoff.notBefore) this.#connect();
    else this.#waitUntil(this.#backoff.notBefore);
  }

  /**
   * Asks for the server's time, for a clock that is better than the one we have: not at once,
   * because a whole room may begin to count at the same moment.
   */
  measureSoon() {
    this.#env.clearTimeout(this.#measureTimer);
    this.#measureTimer = this.#env.setTimeout(
      () => this.#connection?.measure(),
      this.#env.random() * MEASURE_SPREAD,
    );
  }

  /** The line may be dead: checks it. */
  doubt() {
    this.#connection?.probe(WAKE_DEADLINE);
  }

  /**
   * Takes on the identity of this browser's other tabs, if it is another one. Two
   * tabs that open at the same moment are both welcomed as new; the token stored
   * last is the one that stays (R2).
   */
  joinOtherTabs() {
    if (!this.live || !this.#token || this.#storage.get(this.#tokenKey) === this.#token) return;
    this.#token = null;
    this.#disconnect();
    this.#connect();
  }

  /** The frames do not fit together: starts over on another connection. */
  renew() {
    this.#ended(BROKEN);
  }

  #connect() {
    this.#env.clearTimeout(this.#retryTimer);
    this.#bye = null;
    const attempt = this.#backoff.attempts + 1;
    this.#handlers.status(
      attempt === 1 ? { name: "connecting", attempt } : { name: "lost", ...this.#reason, attempt },
    );
    const learnt = { patience: this.#patience, clock: this.clock };
    this.#connection = new Connection(this.#env, this.#url, learnt, {
      opened: () => this.#hello(),
      received: (message) => this.#receive(message),
      ended: (code) => this.#ended(code),
    });
  }

  #hello() {
    // A screen is not a person.
    this.#sentToken =
      this.#identity.as === "screen"
        ? null
        : (this.#token ?? this.#storage.get(this.#tokenKey));
    this.send({
      t: "hello",
      ...this.#identity,
      ...(this.#sentToken && { token: this.#sentToken }),
      ...this.#handlers.resumeFrom(),
      ...(!this.#isPlain && { moves: "packed", snapshot: canInflate ? "deflated" : "packed" }),
    });
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    if (message.t === "welcome") this.#welcome(message);
    else if (message.t === "bye") this.#bye = message;
    else this.#handlers.received(message);
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    if (welcome.token && !this.#sentToken && this.#storage.get(this.#tokenKey)) {
      // Another tab has got a token in the meantime: be the same person (R2).
      this.#disconnect();
      this.#connect();
      return;
    }
    if (welcome.token) this.#storage.set(this.#tokenKey, welcome.token);
    this.#token = welcome.token ?? null;
    this.#welcomedAt = this.#env.now();
    const isNew = this.#isNew;
    this.#isNew = this.#isPlain = false;
    this.#handlers.status({ name: "live" });
    this.#handlers.welcomed(welcome, isNew);
  }

  /** @param {number} closedWith the websocket's close code */
  #ended(closedWith) {
    if (this.live && this.#env.now() - this.#welcomedAt >= STABLE) this.#backoff.reset();
    this.#disconnect();
    const { name: code, action, final = false } = closeCode(closedWith, this.#bye?.code);
    this.#reason = { code, message: sentenceFor(code, this.#bye ?? {}) };
    if (action === "fresh" && this.#sentToken) {
      this.#forgetToken(this.#sentToken);
      this.#isNew = true;
      this.#connect();
    } else if (action === "retry") {
      this.#retryLater();
    } else if (code === "bad_hello" && !this.#isPlain) {
      // In a rolling upgrade a new page may reach a process of the version before.
      this.#isPlain = true;
      this.#connect();
    } else {
      this.#halt();
      this.#handlers.status({ name: "stopped", ...this.#reason });
      this.#handlers.stopped(code, this.#reason.message, final);
    }
  }

  /** @param {string} token unless another tab has a newer one by now */
  #forgetToken(token) {
    this.#token = null;
    if (this.#storage.get(this.#tokenKey) === token) this.#storage.remove(this.#tokenKey);
  }

  #retryLater() {
    this.#backoff.notBefore = this.#env.now() + (this.#bye?.retry_ms ?? 0);
    const retryAt = this.#backoff.next();
    if (!this.#env.isOnline()) {
      this.#reason = { code: "offline", message: sentenceFor("offline") };
    }
    this.#waitUntil(retryAt);
  }

  /** @param {number} retryAt milliseconds */
  #waitUntil(retryAt) {
    const attempt = this.#backoff.attempts;
    this.#handlers.status({ name: "lost", ...this.#reason, attempt, retryAt });
    this.#env.clearTimeout(this.#retryTimer);
    this.#retryTimer = this.#env.setTimeout(() => this.#connect(), retryAt - this.#env.now());
  }

  /** Nothing is on the line any more. */
  #disconnect() {
    this.#connection?.close();
    this.#connection = null;
    this.#welcomedAt = 0;
    this.#handlers.lost();
  }

  #halt() {
    this.#running = false;
    this.#env.clearTimeout(this.#retryTimer);
    this.#env.clearTimeout(this.#measureTimer);
    this.#disconnect();
  }
}
