/**
 * Loads Leaflet from the CDN, or from this server when the CDN does not answer
 * in time or is blocked. Never both.
 */

/** How long the CDN may take (ms). */
const PATIENCE = 2000;

/** Set in this tab when the CDN did not answer, so that a reload does not wait again. */
const CDN_IS_AWAY = "livemap:cdn-is-away";

/**
 * @typedef {object} LeafletSources
 * @property {{js: string, css: string, js_integrity: string, css_integrity: string}} leaflet_cdn
 * @property {{js: string, css: string}} leaflet_local empty where this server has no copy
 */

/** The parts loaded already. */
const brought = new Set();

/**
 * Loads the global `L` and its styles. May be called again after a failure.
 *
 * @param {LeafletSources} sources
 * @throws {Error} when neither place has it
 */
async function loadLeaflet({ leaflet_cdn: cdn, leaflet_local: local }) {
  await Promise.all([
    bring(script, { url: cdn.js, integrity: cdn.js_integrity }, local.js),
    bring(styleSheet, { url: cdn.css, integrity: cdn.css_integrity }, local.css),
  ]);
}

/**
 * @param {LeafletSources} sources
 * @param {(times: number) => Promise<void>} troubled gets the number of failures; resolves when
 *   it is time to try again
 */
export async function leafletAtLast(sources, troubled) {
  for (let times = 1; ; times += 1) {
    try {
      await loadLeaflet(sources);
      return;
    } catch {
      await troubled(times);
    }
  }
}

/**
 * @param {(url: string, integrity?: string) => HTMLScriptElement | HTMLLinkElement} make
 * @param {{url: string, integrity: string}} cdn
 * @param {string} local
 */
async function bring(make, cdn, local) {
  if (brought.has(make)) return;
  if (!local || (cdn.url && !cdnIsAway())) {
    const fromCdn = new Resource(make(cdn.url, cdn.integrity));
    try {
      await (local ? Promise.race([fromCdn.loaded, patience()]) : fromCdn.loaded);
      brought.add(make);
      return;
    } catch (error) {
      if (!local) throw error;
      fromCdn.abandon();
      rememberCdnIsAway();
    }
  }
  try {
    await new Resource(make(local)).loaded;
    brought.add(make);
  } catch (error) {
    // Next time the CDN may be the one that answers.
    forgetThatCdnIsAway();
    throw error;
  }
}

/** A script or a style sheet on its way into the page. */
class Resource {
  /** @param {HTMLScriptElement | HTMLLinkElement} node */
  constructor(node) {
    this.node = node;
    /** @type {Promise<void>} */
    this.loaded = new Promise((resolve, reject) => {
      node.addEventListener("load", () => resolve());
      node.addEventListener("error", () => reject(new Error("Leaflet could not be loaded.")));
    });
    // It may fail after nobody is waiting for it.
    this.loaded.catch(() => {});
    document.head.append(node);
  }

  /**
   * Takes it out of the page. A script that arrives later must not run, and does
   * not once its element has moved to another document.
   */
  abandon() {
    document.implementation.createHTMLDocument().adoptNode(this.node);
  }
}

/**
 * @param {string} src
 * @param {string} [integrity]
 */
function script(src, integrity) {
  const node = document.createElement("script");
  node.src = src;
  if (integrity) Object.assign(node, { integrity, crossOrigin: "anonymous" });
  return node;
}

/**
 * @param {string} href
 * @param {string} [integrity]
 */
function styleSheet(href, integrity) {
  const node = document.createElement("link");
  node.rel = "stylesheet";
  node.href = href;
  if (integrity) Object.assign(node, { integrity, crossOrigin: "anonymous" });
  return node;
}

/** @returns {Promise<never>} */
function patience() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("The CDN takes too long.")), PATIENCE);
  });
}

function cdnIsAway() {
  try {
    return sessionStorage.getItem(CDN_IS_AWAY) !== null;
  } catch {
    return false;
  }
}

function forgetThatCdnIsAway() {
  try {
    sessionStorage.removeItem(CDN_IS_AWAY);
  } catch {
    // It was not remembered either.
  }
}

function rememberCdnIsAway() {
  try {
    sessionStorage.setItem(CDN_IS_AWAY, "1");
  } catch {
    // Then the next page waits again.
  }
}
