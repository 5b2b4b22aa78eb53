/**
 * Events with typed details for our own objects, like `EventTarget` for elements.
 *
 * As there, a listener that throws does not stop the others, and one that is added
 * during an event gets the next one.
 *
 *     /** @extends {Emitter<{ status: [], moved: [lat: number, lng: number] }>} *\/
 *     class Ship extends Emitter {}
 *     ship.on("moved", (lat, lng) => …);
 *
 * @template {Record<keyof Events, unknown[]>} Events the details of each event, by its name
 */
export class Emitter {
  /** @type {Map<keyof Events, Set<(...details: any) => void>>} */
  #listeners = new Map();

  /**
   * @template {keyof Events} Name
   * @param {Name | Name[]} names of one event, or of several with the same listener
   * @param {(...details: Events[Name]) => void} listener
   * @returns {() => void} stops it
   */
  on(names, listener) {
    const sets = (Array.isArray(names) ? names : [names]).map((name) => {
      const listeners = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, listeners.add(listener));
      return listeners;
    });
    return () => sets.forEach((listeners) => listeners.delete(listener));
  }

  /**
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(...details: Events[Name]) => void} listener gets only the next one
   */
  once(name, listener) {
    const stop = this.on(name, (...details) => {
      stop();
      listener(...details);
    });
  }

  /**
   * For the object itself.
   *
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} details
   */
  emit(name, ...details) {
    const listeners = this.#listeners.get(name) ?? new Set();
    for (const listener of [...listeners]) {
      try {
        if (listeners.has(listener)) listener(...details);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
