/**
 * Where phones reach this server. A presenter's browser on the server's own
 * machine may be at `localhost`, or in a network that the phones are not in:
 * there the server names its addresses, the likeliest first (see "Rooms over
 * HTTP" in docs/PROTOCOL.md). Everybody else has come by an address that works.
 */

import { pageStorage } from "../../platform/pageStorage.js";

/** The address that phones have been able to use, for the next room too. */
const STORED = "livemap:phone-address";

/** @typedef {{address: string, site: string}} Site `address` is empty for the page's own */

/** The page's own, as long as nothing better is known. @type {Site[]} */
let sites = [{ address: "", site: location.origin }];
let chosen = 0;
/** @type {() => void} */
let changed = () => {};

/** @returns {string} where phones go, without a slash at its end */
export function phoneSite() {
  return sites[chosen]?.site ?? location.origin;
}

/** @returns {string} the address in it that the server knows by number, or empty */
export function phoneAddress() {
  return sites[chosen]?.address ?? "";
}

/**
 * @param {string} url on this server, where the server thinks that phones reach it
 * @returns {string} the same where this page's user has found that they do
 */
export function atPhoneSite(url) {
  if (!phoneAddress()) return url;
  const { pathname, hash } = new URL(url);
  return phoneSite() + pathname + hash;
}

/** @returns {{now: number, all: number}} which one it is of how many, counted from 1 */
export function phoneSiteCount() {
  return { now: chosen + 1, all: sites.length };
}

/** Whether phones can reach it at all, as far as one can tell. */
export function isForPhones() {
  return !isThisMachine(new URL(phoneSite()).hostname);
}

/** The next one, and after the last the first. */
export function tryNextSite() {
  chosen = (chosen + 1) % sites.length;
  pageStorage.set(STORED, phoneSite());
  changed();
}

/**
 * Asks the server, unless its operator has said where it is.
 *
 * @param {string} publicUrl what the operator has said, or empty
 * @param {() => void} onChange the site is another one, or there is more than one now
 */
export async function findPhoneSites(publicUrl, onChange) {
  changed = onChange;
  if (publicUrl) {
    sites = [{ address: "", site: publicUrl }];
    changed();
    return;
  }
  /** @type {Site[]} */
  let found = [];
  try {
    const answer = await fetch("/api/addresses");
    if (answer.ok) found = (await answer.json()).addresses;
  } catch {
    // The page's own address has to do.
  }
  if (found.length === 0) return;
  const own = isThisMachine(location.hostname) ? [] : sites;
  const others = found.filter(({ site }) => site !== location.origin);
  sites = [...own, ...others];
  if (sites.length === 0) sites = found;
  const stored = pageStorage.get(STORED);
  chosen = Math.max(0, sites.findIndex(({ site }) => site === stored));
  changed();
}

/** @param {string} host */
function isThisMachine(host) {
  return host === "localhost" || host.startsWith("127.") || host === "[::1]";
}
