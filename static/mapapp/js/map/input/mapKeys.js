import { gettext } from "../../platform/i18n.js";
import { stepOf } from "./steps.js";

/**
 * Makes the map itself a tab stop, after one's own markers: arrow keys move it,
 * plus and minus zoom, Enter takes the place at its centre.
 *
 * @param {L.Map} map
 * @param {object} options
 * @param {string} options.help describes the effect of Enter; empty if it has none
 * @param {() => void} options.onEnter
 * @param {(step: number) => void} options.zoomBy
 * @returns {() => void} gives it the focus
 */
export function enableMapKeys(map, { help, onEnter, zoomBy }) {
  const stop = document.createElement("div");
  // Shows the target. A class, because not every browser knows :has(), which could do without.
  const { classList } = map.getContainer();
  stop.className = "map-keys";
  stop.tabIndex = 0;
  stop.setAttribute("role", "application");
  stop.setAttribute("aria-label", gettext("Map"));
  stop.setAttribute(
    "aria-description",
    `${gettext("Arrow keys move the map; plus and minus keys zoom.")} ${help}`.trim(),
  );
  stop.addEventListener("keydown", (event) => {
    classList.add("is-steered");
    const step = stepOf(event.key, true);
    if (step) map.panBy(step);
    else if (event.key === "+" || event.key === "=") zoomBy(1);
    else if (event.key === "-") zoomBy(-1);
    else if (event.key === "Enter" || event.key === " ") onEnter();
    else return;
    event.preventDefault();
  });
  stop.addEventListener("focus", () => {
    classList.toggle("is-steered", stop.matches(":focus-visible"));
  });
  stop.addEventListener("blur", () => classList.remove("is-steered"));
  map.getContainer().querySelector(".leaflet-map-pane")?.before(stop);
  return () => stop.focus({ preventScroll: true });
}
