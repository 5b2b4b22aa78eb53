/**
 * The presenter's own screen steers the room, too. A screen's connection steers nothing, so a
 * press of a key opens a host's beside it, with the key that this browser keeps. It is closed again
 * when no key has been pressed for a while: most screens never need one, and a room's hosts are
 * few.
 */

import { Session } from "../../room/session.js";
import { Flow } from "./flow.js";

/** @import { Answer } from "../../room/outbox.js" */

/** How long (ms) the connection stays after the last press. */
const STAYS = 5 * 60_000;
/** A press is forgotten when it cannot be carried out within this (ms): it would come as a surprise. */
const FORGOTTEN_AFTER = 8_000;

export class HostLine {
  #code;
  #key;
  #refused;
  /** @type {{ session: Session, flow: Flow } | null} */
  #open = null;
  /** The press that waits for the connection. @type {{ way: "next" | "back", since: number } | null} */
  #waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} code of the room
   * @param {string} key a host key of it
   * @param {(answer: Answer) => void} refused a press had no effect
   */
  constructor(code, key, refused) {
    this.#code = code;
    this.#key = key;
    this.#refused = refused;
  }

  /** @param {"next" | "back"} way */
  press(way) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#close(), STAYS);
    this.#open ??= this.#connect();
    this.#waiting = { way, since: performance.now() };
    showBusy(true);
    this.#carryOut();
  }

  #connect() {
    const session = new Session({ code: this.#code, role: "host", key: this.#key });
    const flow = new Flow(session, {
      done: () => {},
      refused: this.#refused,
      changed: () => showBusy(!flow.isReady),
    });
    session.on(["state", "status"], () => {
      if (this.#waiting) this.#carryOut();
      else showBusy(!flow.isReady);
    });
    session.start();
    return { session, flow };
  }

  /** As soon as the connection knows the room as it is now. */
  #carryOut() {
    if (!this.#open || !this.#waiting) return;
    const { session, flow } = this.#open;
    if (session.status.name === "stopped") {
      this.#close();
      return;
    }
    const { way, since } = this.#waiting;
    const isForgotten = performance.now() - since > FORGOTTEN_AFTER;
    const isThere = session.status.name === "live" && session.isCurrent;
    if (!isForgotten && !isThere) return;
    this.#waiting = null;
    if (isThere && !isForgotten) flow.take(way === "next" ? flow.next : flow.back);
    showBusy(!flow.isReady);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#open?.session.stop();
    this.#open = this.#waiting = null;
    showBusy(false);
  }
}

/** The style sheet shows it at the pointer. @param {boolean} isBusy */
function showBusy(isBusy) {
  document.body.classList.toggle("is-stepping", isBusy);
}
