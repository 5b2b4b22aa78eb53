/** What lies under the markers, and where the map opens. */

import { worldWithin } from "../../../map/editing/boxes.js";
import { gettext } from "../../../platform/i18n.js";
import { element } from "../../../ui/dom.js";
import { PlaceSearch } from "../../places/placeSearch.js";
import { viewOf } from "../../places/places.js";
import { errorLine, newId } from "./field.js";
import { WORLD } from "./mapPart.js";
import { choiceField, flagField } from "./plain.js";

/**
 * @import { Surface } from "../../../protocol/activities.js"
 * @import { MakeField } from "./field.js"
 */

/** @returns {MakeField} */
export function groundField() {
  return choiceField({
    path: "surface.kind",
    label: gettext("Ground"),
    choices: () => [
      ["streets", gettext("Street map")],
      ["outline", gettext("Outline map")],
      ["plane", gettext("Empty plane")],
    ],
    choose(kind, form) {
      const { surface = {}, pinned = [] } = form.activity() ?? {};
      const next = onGround(surface, /** @type {Surface["kind"]} */ (kind), form.picksZones());
      // What is pinned to a map is nowhere on a plane, and the other way round.
      const isElsewhere = (surface.kind === "plane") !== (kind === "plane");
      form.editAll({ surface: next, ...(isElsewhere && pinned.length > 0 && { pinned: [] }) });
      form.map.select(-1);
    },
    read: (kind) => kind ?? "streets",
    hint: (kind) =>
      ({
        streets: gettext("Streets and towns, as far as this server has a street map."),
        outline: gettext("Land and borders only: nothing to read the answer from."),
        plane: gettext("A square without a map: for scales, corners and opinions."),
      })[kind] ?? "",
  });
}

/** @returns {MakeField} */
export function namesField() {
  return flagField({
    path: "surface.names",
    label: gettext("Show names of places"),
    hint: gettext("Switch them off where the names would give the answer away."),
    normal: true,
    applies: ({ surface }) => surface?.kind !== "plane",
  });
}

/** Where the map opens: a search, and the map itself. @returns {MakeField} */
export function viewField() {
  return (form) => {
    const id = newId("place");
    const control = element("input", { class: "input", id, placeholder: gettext("City or town") });
    const world = element("button", { class: "button", type: "button" }, gettext("Whole world"));
    const error = errorLine(control);
    const node = element(
      "div",
      { class: "field" },
      element("label", { for: id }, gettext("Where does the map open?")),
      element("div", { class: "search-row" }, element("div", { class: "grow" }, control), world),
      element("p", { class: "soft field-hint" }, gettext("Search a place, or move the map below: it opens as you see it.")),
      error.node,
    );
    const search = new PlaceSearch(control);
    /** @param {Surface["view"]} view another part of the world: what bounds the map is elsewhere */
    const openAt = (view) => form.edit("surface", { ...form.activity()?.surface, view, bounds: undefined });
    search.on("choose", (place) => openAt(viewOf(place, form.map.ground)));
    world.addEventListener("click", () => {
      search.text = "";
      openAt({ ...WORLD });
    });
    form.map.on("view", (view) => {
      search.text = "";
      form.edit("surface.view", view, { isTyping: true });
    });
    let shown = 0;
    return {
      node,
      paths: ["surface.view"],
      show({ number, surface }) {
        node.hidden = surface?.kind === "plane";
        if (number !== shown) search.text = "";
        shown = number;
      },
      complain: error.complain,
    };
  };
}

/** Whether the map ends where its first view ends. @returns {MakeField} */
export function boundsField() {
  return (form) => {
    const field = flagField({
      path: "surface.bounds",
      label: gettext("Keep everyone in this part of the map"),
      hint: gettext("Nobody can move the map out of what you see here."),
      applies: ({ surface }) => surface?.kind !== "plane",
      read: (bounds) => bounds !== undefined,
      write: (isOn) => (isOn ? worldWithin(form.map.bounds) : undefined),
    })(form);
    form.map.on("view", () => {
      if (form.activity()?.surface?.bounds) {
        form.edit("surface.bounds", worldWithin(form.map.bounds), { isTyping: true });
      }
    });
    return field;
  };
}

/**
 * @param {Partial<Surface>} surface
 * @param {Surface["kind"]} kind
 * @param {boolean} needsZones
 * @returns {Partial<Surface>} the same on another ground; what means nothing there is left behind
 */
export function onGround(surface, kind, needsZones) {
  const wasPlane = surface.kind === "plane";
  const isPlane = kind === "plane";
  if (wasPlane === isPlane) return { ...surface, kind };
  /** @type {Partial<Surface>} */
  const next = isPlane ? { kind, axes: { x: [gettext("Not at all"), gettext("Completely")] } } : { kind, view: { ...WORLD } };
  if (needsZones) next.zones = isPlane ? lineZones() : mapZones();
  return next;
}

/** Three parts of a line. @returns {Surface["zones"]} */
export function lineZones() {
  return [
    { id: "disagree", label: gettext("Disagree"), box: [-0.5, -1, 0.5, -0.25] },
    { id: "unsure", label: gettext("Unsure"), box: [-0.5, -0.25, 0.5, 0.25] },
    { id: "agree", label: gettext("Agree"), box: [-0.5, 0.25, 0.5, 1] },
  ];
}

/** @returns {Surface["zones"]} */
function mapZones() {
  return [{ id: "zone-1", label: gettext("Zone 1"), box: [-30, -60, 50, 60] }];
}
