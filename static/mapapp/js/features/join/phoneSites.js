/**
 * The address at which phones reach this server. A presenter's browser on the
 * server's own machine may be at `localhost`, or in a network that the phones
 * are not in: there the server lists its addresses, the likeliest first (see
 * "Rooms over HTTP" in docs/PROTOCOL.md). Everybody else already uses one that works.
 */

import { pageStorage } from "../../platform/pageStorage.js";

/** Keeps the address that phones could use, for the next room. */
const STORED = "livemap:phone-address";

/** @typedef {{address: string, site: string}} Site `address` is empty for the page's own */

/** The page's own site until a better one is known. @type {Site[]} */
let sites = [{ address: "", site: location.origin }];
let chosen = 0;
/** @type {() => void} */
let changed = () => {};

/** @returns {string} the site for phones, without a slash at its end */
export function phoneSite() {
  return sites[chosen]?.site ?? location.origin;
}

/** @returns {string} that site's IP address as the server named it, or empty */
export function phoneAddress() {
  return sites[chosen]?.address ?? "";
}

/**
 * @param {string} url on this server, by the address that the server assumes for phones
 * @returns {string} the same by the address that this page's user has found to work
 */
export function atPhoneSite(url) {
  if (!phoneAddress()) return url;
  const { pathname, hash } = new URL(url);
  return phoneSite() + pathname + hash;
}

/** @returns {{now: number, all: number}} the number of the chosen site, from 1, and of all */
export function phoneSiteCount() {
  return { now: chosen + 1, all: sites.length };
}

/** Whether phones can reach the site at all, as far as the page can tell. */
export function isForPhones() {
  return !isThisMachine(new URL(phoneSite()).hostname);
}

/** Chooses the next site; after the last comes the first. */
export function tryNextSite() {
  chosen = (chosen + 1) % sites.length;
  pageStorage.set(STORED, phoneSite());
  changed();
}

/**
 * Asks the server for its addresses, unless the operator has set a public URL.
 *
 * @param {string} publicUrl set by the operator, or empty
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
    // The page's own address will have to do.
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
