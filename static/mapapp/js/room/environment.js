/**
 * The environment of a session, the browser by default.
 *
 * The usual venue is plain http on a local address, which is not a secure
 * context: Web Locks, `crypto.randomUUID` and service workers do not exist
 * there, so nothing here depends on them.
 */

import { localStorageIfAllowed } from "../platform/safeStorage.js";

/**
 * An event of the page. `leave` may be followed by `return` (the page was kept
 * in the back/forward cache). `storage`: another tab has removed something.
 * `token`: another tab has stored a token.
 * @typedef {"online" | "offline" | "visible" | "hidden" | "leave" | "return" | "storage" | "token"} Happening
 */

/**
 * @typedef {object} Environment
 * @property {new (url: string, protocol: string) => WebSocket} WebSocket
 * @property {(code: string) => string} socketUrl the address of a room's websocket
 * @property {Storage | null} storage shared by all tabs, and outliving them; null if forbidden
 * @property {() => number} now milliseconds since 1970
 * @property {(callback: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random from 0 to 1
 * @property {() => string} uuid a new random UUID
 * @property {() => boolean} isOnline
 * @property {() => number} roundTrip of the request that brought the page (ms); 0 if unknown
 * @property {(listener: (happening: Happening) => void) => () => void} watch
 *   calls the listener with each event; returns a function that stops it
 */

/** @returns {Environment} */
export function browserEnvironment() {
  return {
    WebSocket,
    socketUrl: (code) =>
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${code}`,
    storage: localStorageIfAllowed(),
    now: () => Date.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    uuid: randomUuid,
    isOnline: () => navigator.onLine,
    roundTrip,
    watch: watchPage,
  };
}

/** @returns {number} with the server's own time in it, which is short */
function roundTrip() {
  const [page] = performance.getEntriesByType("navigation");
  return page instanceof PerformanceNavigationTiming ? page.responseStart - page.requestStart : 0;
}

/**
 * A random UUID (RFC 9562, version 4) without `crypto.randomUUID`.
 *
 * @returns {string}
 */
export function randomUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => {
    if (index === 6) byte = (byte & 0x0f) | 0x40;
    if (index === 8) byte = (byte & 0x3f) | 0x80;
    return byte.toString(16).padStart(2, "0");
  }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * @param {(happening: Happening) => void} listener
 * @returns {() => void}
 */
function watchPage(listener) {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener("online", () => listener("online"), { signal });
  addEventListener("offline", () => listener("offline"), { signal });
  addEventListener("pagehide", () => listener("leave"), { signal });
  addEventListener("pageshow", (event) => event.persisted && listener("return"), { signal });
  addEventListener("storage", onStorage, { signal });
  document.addEventListener("visibilitychange", () => listener(document.visibilityState), {
    signal,
  });
  return () => stop.abort();

  /** @param {StorageEvent} event */
  function onStorage({ key, newValue }) {
    if (newValue === null) listener("storage");
    else if (key?.endsWith(":token")) listener("token");
  }
}
