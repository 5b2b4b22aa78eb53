/**
 * The page's progress in loading, for static/mapapp/start/start.js and the style sheet, and the
 * handling of a page that cannot load everything it needs.
 */

import { repeatDelay } from "../../room/backoff.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** Set in this tab once it has been reloaded without its user asking for it. */
const RELOADED = "livemap:reloaded";
/** The number of failures before a reload is tried: the server may just be restarting. */
const BEFORE_RELOAD = 2;

const root = document.documentElement;

/** The page's own script runs, and the browser understands it. */
export function pageStarted() {
  root.dataset.page = "started";
  delete root.dataset.trouble;
}

/** The page has everything it needs. */
export function pageComplete() {
  root.dataset.page = "complete";
  delete root.dataset.trouble;
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // Then it has never been set either.
  }
}

/**
 * Handles a map library that could not be loaded: says so, and waits until it is time to try
 * again. If the server answers but the file is missing, this page belongs to an old version and
 * is reloaded, once, unless that would lose something.
 *
 * @param {Session} session
 * @returns {(times: number) => Promise<void>} gets the number of failures
 */
export function mapTrouble(session) {
  return async (times) => {
    root.dataset.trouble = "map";
    const isOutdated = times >= BEFORE_RELOAD && session.status.name === "live";
    if (isOutdated && (session.unsaved === 0 || session.keeps) && mayReload()) location.reload();
    await Promise.race([elapsed(repeatDelay(times, Math.random)), happened("online")]);
  };
}

function mayReload() {
  try {
    if (sessionStorage.getItem(RELOADED)) return false;
    sessionStorage.setItem(RELOADED, "1");
    return true;
  } catch {
    return false;
  }
}

/** @param {number} ms */
function elapsed(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {string} event of the window */
function happened(event) {
  return new Promise((resolve) => addEventListener(event, resolve, { once: true }));
}
