/** The places that are to be found: by search, by a tap on the map, by dragging, by numbers. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { element } from "../../../ui/dom.js";
import { PlaceSearch } from "../../places/placeSearch.js";
import { cutRows, errorLine, newId, showValue, whenTyped } from "./field.js";

/**
 * @import { Target } from "../../../protocol/activities.js"
 * @import { MakeField } from "./field.js"
 */

const MOST = 20;
const PATH = "settings.targets";
/** Of a number in a target: its place there, its name, its bounds. */
const NUMBERS = /** @type {const} */ ([
  [0, () => gettext("Latitude"), -90, 90, "0.001"],
  [1, () => gettext("Longitude"), -180, 180, "0.001"],
  [2, () => gettext("Tolerance (km)"), 0, 20_000, "1"],
]);

/** @returns {MakeField} */
export function targetsField() {
  return (form) => {
    const id = newId("target");
    const search = element("input", { class: "input", id, placeholder: gettext("City or town") });
    const list = element("ol", { class: "target-list" });
    const pin = element("button", { class: "button", type: "button" }, gettext("Add a pin"));
    const error = errorLine(search);
    const targets = () => /** @type {Target[]} */ (form.activity()?.settings?.targets ?? []);
    /** @param {Target[]} next @param {{ isTyping?: boolean }} [how] */
    const change = (next, how) => form.edit(PATH, next, how);

    const node = element(
      "fieldset",
      { class: "field field-group" },
      element("legend", {}, gettext("The right place")),
      element("p", { class: "soft field-hint" }, gettext("Guesses are measured to the nearest of these. With a tolerance, everything closer counts as 0 km.")),
      list,
      element("div", { class: "field" }, element("label", { for: id }, gettext("Add a place by its name")), element("div", {}, search)),
      element("div", { class: "row" }, pin, element("span", { class: "soft field-hint" }, gettext("and drag it on the map."))),
      error.node,
    );
    const places = new PlaceSearch(search);
    places.on("choose", (place) => {
      add(place);
      if (!form.activity()?.settings?.answer) form.edit("settings.answer", place.name);
      places.text = "";
      form.map.reveal(place);
    });
    form.map.on("target", (index, place) => {
      change(targets().map((one, at) => (at === index ? placed(one, place) : one)));
    });

    pin.addEventListener("click", () => {
      const [south, west, north, east] = form.map.bounds;
      add({ lat: (south + north) / 2, lng: (west + east) / 2 });
    });

    /** @param {{ lat: number, lng: number }} place */
    function add(place) {
      if (targets().length < MOST) change([...targets(), placed([0, 0, 0], place)]);
    }

    /** @param {number} index */
    function row(index) {
      const inputs = NUMBERS.map(([at, name, least, most, step]) => {
        const control = element("input", {
          ...{ class: "input", type: "number", step, min: String(least), max: String(most) },
          "aria-label": interpolate(gettext("%(what)s of place %(number)s"), { what: name(), number: index + 1 }),
        });
        whenTyped(control, (typed, isTyping) => {
          if (typed === "") return;
          const next = targets().map((one) => /** @type {Target} */ ([...one]));
          const target = next[index];
          if (!target) return;
          target[at] = Number(typed);
          change(next, { isTyping });
        });
        return element("label", { class: "small-field" }, element("span", { "aria-hidden": "true" }, name()), control);
      });
      const remove = element(
        "button",
        { class: "button button-icon", type: "button", "aria-label": interpolate(gettext("Remove place %(number)s"), { number: index + 1 }) },
        "×",
      );
      remove.addEventListener("click", () => {
        change(targets().filter((_, at) => at !== index));
        search.focus();
      });
      return element("li", { class: "target-row" }, ...inputs, remove);
    }

    return {
      node,
      paths: [PATH],
      show() {
        const now = targets();
        pin.disabled = search.disabled = now.length >= MOST;
        cutRows(list, now.length, search);
        while (list.children.length < now.length) list.append(row(list.children.length));
        now.forEach((target, index) => {
          const inputs = list.children[index]?.querySelectorAll("input") ?? [];
          inputs.forEach((input, at) => showValue(input, String(target[at] ?? 0)));
          // The last one stays: without any there is nothing to find.
          const remove = list.children[index]?.querySelector("button");
          if (remove) remove.hidden = now.length === 1;
        });
      },
      complain: error.complain,
    };
  };
}

/**
 * @param {Target} target
 * @param {{ lat: number, lng: number }} place
 * @returns {Target}
 */
function placed([, , radius], { lat, lng }) {
  return [Number(lat.toFixed(4)), Number(lng.toFixed(4)), radius];
}
