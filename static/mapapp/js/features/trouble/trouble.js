/**
 * How far the page has come, for static/mapapp/start/start.js and for its style sheet; and what
 * becomes of a page that cannot load all that it needs.
 */

import { repeatDelay } from "../../room/backoff.js";

/** @typedef {import("../../room/session.js").Session} Session */

/** Set in this tab when it has been reloaded once without its user having asked for it. */
const RELOADED = "livemap:reloaded";
/** So often it is asked for in vain before a reload is tried: the server may just be restarting. */
const BEFORE_RELOAD = 2;

const root = document.documentElement;

/** The page's own script runs, and the browser understands it. */
export function pageStarted() {
  root.dataset.page = "started";
  delete root.dataset.trouble;
}

/** All is there that the page needs. */
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
 * What to do when the map library could not be loaded: says so, and waits until it is time to
 * try again. If the server is there and its file is not, this page is of a version that is gone:
 * then it is reloaded, once, unless that would lose something.
 *
 * @param {Session} session
 * @returns {(times: number) => Promise<void>} is told how often it has failed
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
