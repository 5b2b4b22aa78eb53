import { gettext } from "../../platform/i18n.js";
import { element } from "../../ui/dom.js";

/** @param {L.Map} map @returns {HTMLElement} plus and minus, large enough for a finger */
export function zoomButtons(map) {
  const buttons = element(
    "div",
    { class: "surface-zoom" },
    button("+", gettext("Zoom in"), () => map.zoomIn(1)),
    button("−", gettext("Zoom out"), () => map.zoomOut(1)),
  );
  L.DomEvent.disableClickPropagation(buttons);
  return buttons;
}

/**
 * @param {string} sign
 * @param {string} name
 * @param {() => void} press
 */
function button(sign, name, press) {
  const made = element("button", { class: "button button-icon", type: "button", "aria-label": name }, sign);
  made.addEventListener("click", press);
  return made;
}
