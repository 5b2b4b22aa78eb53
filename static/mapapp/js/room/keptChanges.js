/**
 * Unacknowledged changes, kept in the browser until they are acknowledged (D3).
 *
 * Each page takes a new client id when it opens, so that two tabs never share
 * one, not even after "duplicate tab". A page that opens, or one that is still
 * open, takes over the changes that a closed page could not send. It sends them
 * under their own client id and op, so they take effect once, whichever page
 * sends them and however often (D2).
 *
 * An open page holds a lease on its client id and on each id that it has taken
 * over. The lease only avoids double work: nothing breaks when a page was merely
 * asleep and sends the same changes later.
 *
 * Keys in the storage, each value JSON:
 *
 *     livemap:<code>:<role>:lease:<client>           { holder, until }
 *     livemap:<code>:<role>:change:<client>:<op>     { t, fields, epoch, since, conditional }
 *     livemap:<code>:<role>:drag:<client>:<marker>   { lat, lng, since, epoch }
 *
 * `since` is the revision, in that epoch, that the page knew when it made the
 * change. Pages of older versions leave out the last fields.
 */

/**
 * @import { ChangeFields, ChangeType, Role } from "../protocol/messages.js"
 * @import { SafeStorage } from "../platform/safeStorage.js"
 */

/** How long a lease lasts without being renewed, in milliseconds. */
const LEASE = 15_000;
/** How often to call `renew`, in milliseconds. */
export const RENEW_EVERY = 5_000;

/** @typedef {{ client: string, op: number, t: ChangeType, fields: ChangeFields, epoch?: string,
 *   since?: number, conditional?: boolean, made?: import("./outbox.js").Made }} KeptChange */
/** @typedef {{ client: string, marker: number, lat: number, lng: number, since?: number,
 *   epoch?: string }} KeptDrag */

export class KeptChanges {
  #storage;
  #prefix;
  #holder;
  #now;
  /** @type {Map<string, Set<string>>} our storage keys, by client id */
  #held = new Map();

  /**
   * @param {SafeStorage} storage
   * @param {{ code: string, role: Role, holder: string, now: () => number }} options
   *   `holder` is the client id of this page; changes of another role are not touched
   */
  constructor(storage, { code, role, holder, now }) {
    this.#storage = storage;
    this.#prefix = `livemap:${code}:${role}:`;
    this.#holder = holder;
    this.#now = now;
  }

  /** @param {KeptChange} change */
  keep({ client, op, t, fields, epoch, since, conditional, made }) {
    // Another page may send it after somebody else has moved the marker: keep the condition.
    this.#put(client, `change:${client}:${op}`, { t, fields, epoch, since, conditional, made });
  }

  /** @param {{ client: string, op: number }} change */
  forget({ client, op }) {
    this.#drop(client, `change:${client}:${op}`);
  }

  /** @param {KeptDrag} drag the position of a drag under way */
  keepDrag({ client, marker, lat, lng, since, epoch }) {
    this.#put(client, `drag:${client}:${marker}`, { lat, lng, since, epoch });
  }

  /** @param {{ client: string, marker: number }} drag */
  forgetDrag({ client, marker }) {
    this.#drop(client, `drag:${client}:${marker}`);
  }

  /** Renews the leases of this page. */
  renew() {
    for (const client of this.#held.keys()) {
      if (client === this.#holder || !this.#isElsewhere(client)) this.#lease(client);
    }
  }

  /** Ends all leases, so that the next page can take over at once. */
  release() {
    for (const client of this.#held.keys()) this.#endLease(client);
  }

  /**
   * Takes over the changes and drags of closed pages.
   *
   * @returns {{ changes: KeptChange[], drags: KeptDrag[] }} in the order they were made, per client
   */
  takeOver() {
    /** @type {KeptChange[]} */
    const changes = [];
    /** @type {KeptDrag[]} */
    const drags = [];
    for (const key of this.#storage.keys(this.#prefix)) {
      const [kind = "", client = "", number] = key.slice(this.#prefix.length).split(":");
      if (this.#held.get(client)?.has(key) || this.#isElsewhere(client)) continue;
      if (kind === "lease" && !this.#held.has(client)) this.#storage.remove(key);
      const value = kind === "change" || kind === "drag" ? this.#read(key) : null;
      if (!value) continue;
      this.#hold(client, key);
      if (kind === "change") changes.push({ client, op: Number(number), ...value });
      else drags.push({ client, marker: Number(number), ...value });
    }
    this.renew();
    changes.sort((a, b) => (a.client === b.client ? a.op - b.op : a.client < b.client ? -1 : 1));
    return { changes, drags };
  }

  /**
   * @param {string} client
   * @returns {boolean} whether another open page has the lease
   */
  #isElsewhere(client) {
    const lease = this.#read(this.#leaseKey(client));
    const left = (lease?.until ?? 0) - this.#now();
    // A lease that ends too far in the future was made before the clock was set back.
    return lease?.holder !== this.#holder && left > 0 && left <= LEASE;
  }

  /**
   * @param {string} client
   * @param {string} name
   * @param {object} value
   */
  #put(client, name, value) {
    const key = this.#prefix + name;
    if (!this.#held.has(client)) this.#lease(client);
    this.#hold(client, key);
    this.#storage.set(key, JSON.stringify(value));
  }

  /**
   * @param {string} client
   * @param {string} name
   */
  #drop(client, name) {
    const key = this.#prefix + name;
    this.#storage.remove(key);
    const keys = this.#held.get(client);
    keys?.delete(key);
    if (keys?.size === 0) {
      this.#held.delete(client);
      this.#endLease(client);
    }
  }

  /**
   * @param {string} client
   * @param {string} key
   */
  #hold(client, key) {
    const keys = this.#held.get(client) ?? new Set();
    this.#held.set(client, keys.add(key));
  }

  /** @param {string} client */
  #lease(client) {
    const lease = { holder: this.#holder, until: this.#now() + LEASE };
    this.#storage.set(this.#leaseKey(client), JSON.stringify(lease));
  }

  /** @param {string} client */
  #endLease(client) {
    if (!this.#isElsewhere(client)) this.#storage.remove(this.#leaseKey(client));
  }

  /** @param {string} client */
  #leaseKey(client) {
    return `${this.#prefix}lease:${client}`;
  }

  /**
   * @param {string} key
   * @returns {any} undefined if it is missing or is not JSON
   */
  #read(key) {
    try {
      return JSON.parse(this.#storage.get(key) ?? "") ?? undefined;
    } catch {
      return undefined;
    }
  }
}
