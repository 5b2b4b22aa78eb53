/**
 * Brings Leaflet: from the CDN, which many phones have in their cache, or from
 * this server when the CDN does not answer in time or is blocked. Never both.
 */

/** How long the CDN may take, in milliseconds. */
const PATIENCE = 2000;

/** Set in this tab when the CDN did not answer, so that a reload does not wait again. */
const CDN_IS_AWAY = "livemap:cdn-is-away";

/**
 * @typedef {object} LeafletSources
 * @property {{js: string, css: string, js_integrity: string, css_integrity: string}} leaflet_cdn
 * @property {{js: string, css: string}} leaflet_local empty where this server has no copy
 */

/**
 * After this the global `L` and its styles are there.
 *
 * @param {LeafletSources} sources
 * @throws {Error} when neither place has it
 */
export async function loadLeaflet({ leaflet_cdn: cdn, leaflet_local: local }) {
  if (cdn.js && !(local.js && cdnIsAway())) {
    const fromCdn = [
      new Resource(script(cdn.js, cdn.js_integrity)),
      new Resource(styleSheet(cdn.css, cdn.css_integrity)),
    ];
    const loaded = Promise.all(fromCdn.map((resource) => resource.loaded));
    try {
      await (local.js ? Promise.race([loaded, patience()]) : loaded);
      return;
    } catch (error) {
      if (!local.js) throw error;
      fromCdn.forEach((resource) => resource.abandon());
      rememberCdnIsAway();
    }
  }
  await Promise.all([
    new Resource(script(local.js)).loaded,
    new Resource(styleSheet(local.css)).loaded,
  ]);
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
    // Nobody waits for the second one when the first has failed.
    this.loaded.catch(() => {});
    document.head.append(node);
  }

  /**
   * Takes it out of the page. A script that arrives later must not run: one
   * whose document has changed since it was asked for does not.
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

function rememberCdnIsAway() {
  try {
    sessionStorage.setItem(CDN_IS_AWAY, "1");
  } catch {
    // Then the next page waits again.
  }
}
