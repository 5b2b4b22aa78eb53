/** The zones of a surface: drawn and dragged on the map, or typed. */

import { boxWithin } from "../../../map/editing/boxes.js";
import { zoneColour } from "../../../map/surface/zonePainter.js";
import { gettext, interpolate } from "../../../platform/i18n.js";
import { announce } from "../../../ui/announcer.js";
import { element } from "../../../ui/dom.js";
import { cutRows, errorLine, showValue, whenTyped } from "./field.js";
import { zoneId } from "./zoneIds.js";

/**
 * @import { ActivityRow, Box, Zone } from "../../../protocol/activities.js"
 * @import { MakeField } from "./field.js"
 */

const MOST = 20;
const PATH = "surface.zones";
const LABEL_LIMIT = 60;
/** The edges of a box, by their place in it; on a plane they are called by their side. */
const EDGES = /** @type {const} */ ([
  [1, () => gettext("West"), () => gettext("Left")],
  [3, () => gettext("East"), () => gettext("Right")],
  [0, () => gettext("South"), () => gettext("Bottom")],
  [2, () => gettext("North"), () => gettext("Top")],
]);

/** @returns {MakeField} */
export function zonesField() {
  return (form) => {
    const list = element("ol", { class: "zone-list" });
    const add = element("button", { class: "button", type: "button" }, gettext("Add a zone"));
    const draw = element("button", { class: "button", type: "button", "aria-pressed": "false" }, gettext("Draw a zone on the map"));
    const error = errorLine();
    const node = element(
      "fieldset",
      { class: "field field-group" },
      element("legend", {}, gettext("Zones")),
      element("p", { class: "soft field-hint" }, gettext("On the map, drag a zone by the handle in its middle. Tap it, and drag its corners to resize it.")),
      list,
      element("div", { class: "row" }, add, draw),
      error.node,
    );

    const zones = () => form.activity()?.surface?.zones ?? [];
    /** @param {Zone[]} next @param {{ isTyping?: boolean }} [how] */
    const change = (next, how) => form.edit(PATH, next, how);

    /** @param {Box} box */
    function append(box) {
      const label = interpolate(gettext("Zone %(number)s"), { number: zones().length + 1 });
      change([...zones(), { id: zoneId(label, zones()), label, box }]);
      select(zones().length - 1);
      const name = list.lastElementChild?.querySelector("input");
      name?.focus();
      name?.select();
    }

    /** @param {number} index */
    function select(index) {
      form.map.select(index);
      show();
    }

    add.addEventListener("click", () => append(boxWithin(form.map.bounds, 0.4)));
    draw.addEventListener("click", () => {
      const isOn = draw.getAttribute("aria-pressed") === "true";
      if (isOn) {
        form.map.stopDrawing();
        return;
      }
      draw.setAttribute("aria-pressed", "true");
      announce(gettext("Drag across the map to draw a zone. Escape stops."));
      form.map.draw();
    });
    form.map.on("drawn", (box) => {
      draw.setAttribute("aria-pressed", "false");
      if (box) append(box);
    });
    form.map.on("zone", (index, box) => {
      change(zones().map((zone, at) => (at === index ? { ...zone, box } : zone)));
      select(index);
    });
    form.map.on("select", (index) => select(index));

    /** @param {number} index */
    function row(index) {
      const name = element("input", {
        ...{ class: "input", maxlength: String(LABEL_LIMIT), dir: "auto", autocomplete: "off" },
        "aria-label": interpolate(gettext("Name of zone %(number)s"), { number: index + 1 }),
      });
      whenTyped(name, (label, isTyping) => {
        change(zones().map((zone, at) => (at === index ? { ...zone, label } : zone)), { isTyping });
      });
      name.addEventListener("focus", () => {
        if (form.map.selected !== index) select(index);
      });
      const remove = element("button", { class: "button button-icon", type: "button" }, "×");
      remove.addEventListener("click", () => {
        change(zones().filter((_, at) => at !== index));
        select(-1);
        add.focus();
      });
      const edges = EDGES.map(([edge]) => {
        const control = element("input", { class: "input", type: "number" });
        whenTyped(control, (typed, isTyping) => {
          if (typed === "") return;
          change(zones().map((zone, at) => (at === index ? withEdge(zone, edge, Number(typed)) : zone)), { isTyping });
        });
        return element("label", { class: "small-field" }, element("span", { "aria-hidden": "true" }), control);
      });
      return element(
        "li",
        { class: "zone-row" },
        swatch(index),
        name,
        remove,
        element("div", { class: "zone-edges" }, ...edges),
      );
    }

    function show() {
      const now = zones();
      const isPlane = form.activity()?.surface?.kind === "plane";
      cutRows(list, now.length, add);
      while (list.children.length < now.length) list.append(row(list.children.length));
      now.forEach((zone, index) => showRow(/** @type {Element} */ (list.children[index]), zone, index, isPlane));
      add.disabled = draw.disabled = now.length >= MOST;
    }

    /**
     * @param {Element} item
     * @param {Zone} zone
     * @param {number} index
     * @param {boolean} isPlane
     */
    function showRow(item, { label, box }, index, isPlane) {
      const isSelected = index === form.map.selected;
      const [name, ...inputs] = item.querySelectorAll("input");
      if (name) showValue(name, label);
      item.classList.toggle("is-selected", isSelected);
      item.querySelector("button")?.setAttribute("aria-label", interpolate(gettext("Remove “%(label)s”"), { label }));
      const edges = item.querySelector(".zone-edges");
      if (edges instanceof HTMLElement) edges.hidden = !isSelected || !box;
      inputs.forEach((input, at) => {
        const [edge, onMap, onPlane] = /** @type {typeof EDGES[number]} */ (EDGES[at]);
        const what = isPlane ? onPlane() : onMap();
        const most = isPlane ? 1 : edge % 2 ? 180 : 90;
        input.step = isPlane ? "0.05" : "0.01";
        input.min = String(-most);
        input.max = String(most);
        input.setAttribute("aria-label", interpolate(gettext("%(what)s edge of “%(label)s”"), { what, label }));
        const caption = input.previousElementSibling;
        if (caption) caption.textContent = what;
        showValue(input, String(box?.[edge] ?? ""));
      });
    }

    /** @param {ActivityRow} activity */
    const showFor = ({ surface }) => {
      node.hidden = !form.picksZones() && surface?.kind !== "plane" && zones().length === 0;
      show();
    };
    return { node, paths: [PATH], show: showFor, complain: error.complain };
  };
}

/** @param {number} index @returns {HTMLElement} the colour that the zone has on the map */
function swatch(index) {
  const made = element("span", { class: "zone-swatch", "aria-hidden": "true" });
  made.style.background = zoneColour(index);
  return made;
}

/**
 * @param {Zone} zone
 * @param {0 | 1 | 2 | 3} edge
 * @param {number} degrees
 * @returns {Zone}
 */
function withEdge(zone, edge, degrees) {
  const box = /** @type {Box} */ ([...(zone.box ?? [-1, -1, 1, 1])]);
  box[edge] = degrees;
  return { ...zone, box };
}
