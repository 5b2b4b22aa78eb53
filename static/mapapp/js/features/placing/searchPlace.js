/** A place's name as an answer. */

import { PlaceSearch } from "../places/placeSearch.js";
import { viewOf } from "../places/places.js";

/**
 * @param {HTMLInputElement} field becomes a combobox
 * @param {(there: {lat: number, lng: number}, view: import("../../protocol/activities.js").View)
 *   => void} onChoice with the view in which the place can be recognised
 */
export function searchPlace(field, onChoice) {
  const search = new PlaceSearch(field);
  search.on("choose", (place) => {
    search.clear();
    onChoice({ lat: place.lat, lng: place.lng }, viewOf(place));
  });
}
