/** Markers that only hosts move: added at the middle of the map, dragged there, named beside it. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { announce } from "../../../ui/announcer.js";
import { element } from "../../../ui/dom.js";
import { cutRows, errorLine, showValue, whenTyped } from "./field.js";

/**
 * @import { Pin } from "../../../protocol/activities.js"
 * @import { MakeField } from "./field.js"
 */

const MOST = 50;
const LABEL_LIMIT = 60;
const PATH = "pinned";
/** Its coordinates: their names on a map and on a plane, and how far they go. */
const NUMBERS = /** @type {const} */ ([
  ["lat", () => gettext("Latitude"), () => gettext("Up"), 90],
  ["lng", () => gettext("Longitude"), () => gettext("Right"), 180],
]);

/** @returns {MakeField} */
export function pinsField() {
  return (form) => {
    const list = element("ol", { class: "pin-list" });
    const add = element("button", { class: "button", type: "button" }, gettext("Add a pinned marker"));
    const error = errorLine(add);
    const pins = () => /** @type {Pin[]} */ (form.activity()?.pinned ?? []);
    /** @param {Pin[]} next @param {{ isTyping?: boolean }} [how] */
    const change = (next, how) => form.edit(PATH, next, how);
    /** @param {number} index @param {Partial<Pin>} values @param {{ isTyping?: boolean }} [how] */
    const set = (index, values, how) => change(pins().map((pin, at) => (at === index ? tidy({ ...pin, ...values }) : pin)), how);

    const node = element(
      "fieldset",
      { class: "field field-group" },
      element("legend", {}, gettext("Pinned markers")),
      element("p", { class: "soft field-hint" }, gettext("Targets, examples, obstacles: everyone sees them, only you can move them. Drag them on the map.")),
      list,
      element("div", { class: "row" }, add),
      error.node,
    );

    add.addEventListener("click", () => {
      const [south, west, north, east] = form.map.bounds;
      change([...pins(), tidy({ lat: (south + north) / 2, lng: (west + east) / 2 })]);
      const all = names();
      all[all.length - 1]?.focus();
      announce(gettext("A pinned marker is in the middle of the map."));
    });
    form.map.on("pin", (index, place) => set(index, place));
    form.map.on("choosePin", (index) => names()[index]?.focus());

    /** @returns {HTMLInputElement[]} the fields of their labels */
    function names() {
      return [...list.querySelectorAll(".pin-name")].filter((one) => one instanceof HTMLInputElement);
    }

    /** @param {number} index */
    function row(index) {
      const number = String(index + 1);
      const name = element("input", {
        ...{ class: "input pin-name", maxlength: String(LABEL_LIMIT), dir: "auto", autocomplete: "off" },
        placeholder: gettext("Label"),
        "aria-label": interpolate(gettext("Label of pinned marker %(number)s"), { number }),
      });
      whenTyped(name, (label, isTyping) => set(index, { label }, { isTyping }));
      const places = NUMBERS.map(([key]) => {
        const control = element("input", { class: "input", type: "number" });
        whenTyped(control, (typed, isTyping) => {
          if (typed !== "") set(index, { [key]: Number(typed) }, { isTyping });
        });
        return element("label", { class: "small-field" }, element("span", { "aria-hidden": "true" }), control);
      });
      const remove = element(
        "button",
        { class: "button button-icon", type: "button", "aria-label": interpolate(gettext("Remove pinned marker %(number)s"), { number }) },
        "×",
      );
      remove.addEventListener("click", () => {
        change(pins().filter((_, at) => at !== index));
        add.focus();
        announce(gettext("Pinned marker removed."));
      });
      return element(
        "li",
        { class: "pin-row" },
        element("span", { class: "pin-number", "aria-hidden": "true" }, number),
        name,
        remove,
        element("div", { class: "pin-place" }, ...places),
      );
    }

    return {
      node,
      paths: [PATH],
      show({ surface }) {
        const now = pins();
        const isPlane = surface?.kind === "plane";
        add.disabled = now.length >= MOST;
        cutRows(list, now.length, add);
        while (list.children.length < now.length) list.append(row(list.children.length));
        now.forEach((pin, index) => {
          const [name, ...places] = list.children[index]?.querySelectorAll("input") ?? [];
          if (name) showValue(name, pin.label ?? "");
          NUMBERS.forEach(([key, onMap, onPlane, most], at) => {
            const control = places[at];
            if (!control) return;
            const what = isPlane ? onPlane() : onMap();
            control.step = isPlane ? "0.05" : "0.001";
            control.max = String(isPlane ? 1 : most);
            control.min = String(isPlane ? -1 : -most);
            control.setAttribute("aria-label", interpolate(gettext("%(what)s of pinned marker %(number)s"), { what, number: index + 1 }));
            const caption = control.previousElementSibling;
            if (caption) caption.textContent = what;
            showValue(control, String(pin[key]));
          });
        });
      },
      complain: error.complain,
    };
  };
}

/** @param {Pin} pin @returns {Pin} with no more digits than anybody aims with, and no empty label */
function tidy({ lat, lng, label }) {
  const place = { lat: Number(lat.toFixed(5)), lng: Number(lng.toFixed(5)) };
  return label ? { ...place, label } : place;
}
