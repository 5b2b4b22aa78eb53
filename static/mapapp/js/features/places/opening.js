/** Where a new map opens: a search for a place, and how that will look. */

import { laterPart } from "../../platform/laterPart.js";
import { byId } from "../../ui/dom.js";
import { PlaceSearch } from "./placeSearch.js";
import { viewOf } from "./places.js";

/**
 * @import { View } from "../../protocol/activities.js"
 * @import { Settings } from "../../ui/settings.js"
 * @import { Place } from "./places.js"
 */

/** How long we wait before loading the map again (ms). */
const AGAIN = 5000;

/**
 * @param {Settings} settings
 * @returns {{ settle: () => Promise<{ view: View | null, problem: string }> }} the view that was
 *   chosen, null for the whole world; or the problem with what was typed, which is on the page
 */
export function offerOpening(settings) {
  const error = byId("place-error");
  const box = byId("preview");
  const field = byId("place", HTMLInputElement);
  const search = new PlaceSearch(field);
  /** @type {View | null} */
  let view = null;
  /** Whether its user has moved the preview. */
  let isMoved = false;
  let streets = settings.tile_url !== "";
  byId("place-field").hidden = false;
  /** The map that shows it, loaded when somebody first looks for a place. */
  const preview = laterPart(async () => {
    const { SurfaceMap } = await import("../../map/editing/surfaceMap.js");
    const again = () => new Promise((loadAgain) => setTimeout(loadAgain, AGAIN));
    const map = await SurfaceMap.create(byId("map"), settings, again);
    map.on("view", (moved) => {
      if (view) view = moved;
      isMoved = true;
    });
    map.on("streets", () => {
      if (map.hasStreets === streets) return;
      streets = map.hasStreets;
      if (search.chosen && !isMoved) show(search.chosen);
    });
    return map;
  });
  field.addEventListener("focus", preview);
  field.addEventListener("input", () => complain(""));
  search.on("choose", (place) => show(place));
  search.on("clear", () => {
    view = null;
    box.hidden = true;
  });
  byId("whole-world").addEventListener("click", () => {
    search.clear();
    field.focus();
  });

  return {
    async settle() {
      // A name that was typed and not chosen means its best match.
      const { problem } = await search.settle();
      complain(problem);
      if (problem) field.focus();
      return { view, problem };
    },
  };

  /** @param {string} sentence */
  function complain(sentence) {
    error.textContent = sentence;
    field.setAttribute("aria-invalid", String(sentence !== ""));
  }

  /** @param {Place} place */
  async function show(place) {
    const wanted = viewOf(place, streets ? "streets" : "names");
    view = wanted;
    isMoved = false;
    complain("");
    const map = await preview();
    // Without the map the place is chosen all the same.
    if (!map || view !== wanted) return;
    box.hidden = false;
    const { lat, lng, name } = place;
    map.show({ surface: { kind: "streets", view }, named: { lat, lng, name } });
  }
}
