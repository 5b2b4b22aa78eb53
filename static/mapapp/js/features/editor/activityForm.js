/** The form of one activity: its question, its kind, the settings of that, and its map. */

import { gettext } from "../../platform/i18n.js";
import { axesField } from "./fields/axesField.js";
import { pinsField } from "./fields/pinsField.js";
import { choiceField, textField } from "./fields/plain.js";
import { boundsField, groundField, namesField, viewField } from "./fields/surfaceFields.js";
import { zonesField } from "./fields/zonesField.js";
import { editedKind, editedKinds, exampleOf } from "./kinds/kinds.js";
import { concerns } from "./paths.js";

/**
 * @import { ActivityRow, Rules } from "../../protocol/activities.js"
 * @import { Field, Form, MakeField } from "./fields/field.js"
 * @import { MapPart } from "./fields/mapPart.js"
 * @import { Plan } from "./plan.js"
 */

/**
 * Where its parts go in the page.
 * @typedef {{ question: HTMLElement, settings: HTMLElement, ground: HTMLElement, names: HTMLElement,
 *   zones: HTMLElement, pins: HTMLElement }} Parts
 */

/** Of the settings, these mean the same in every kind that has them. */
const LASTING = /** @type {const} */ (["seconds", "hidden"]);

export class ActivityForm {
  #plan;
  #map;
  #parts;
  /** @type {Form} */
  #form;
  /** Those that every activity has. @type {Field[]} */
  #common;
  /** Those of the settings, by kind. @type {Map<string, Field[]>} */
  #ofKinds = new Map();
  #number = 0;
  #kind = "";

  /**
   * @param {Plan} plan
   * @param {MapPart} map
   * @param {Parts} parts
   */
  constructor(plan, map, parts) {
    this.#plan = plan;
    this.#map = map;
    this.#parts = parts;
    this.#form = {
      edit: (path, value, how) => plan.edit(this.#number, path, value, how),
      editAll: (values) => plan.editAll(this.#number, values),
      activity: () => plan.get(this.#number),
      picksZones: () => Boolean(editedKind(plan.get(this.#number)?.kind ?? "").picksZones),
      map,
    };
    this.#common = [
      ...this.#fill(parts.question, [questionField(), kindField()]),
      ...this.#fill(parts.ground, [groundField(), viewField()]),
      ...this.#fill(parts.names, [namesField(), boundsField()]),
      ...this.#fill(parts.zones, [axesField(), zonesField()]),
      ...this.#fill(parts.pins, [pinsField()]),
    ];
  }

  /** The number of the activity in the form; 0 for none. */
  get number() {
    return this.#number;
  }

  /** @param {number} number of the activity to edit */
  open(number) {
    if (number === this.#number) return;
    // What is being typed belongs to the activity before.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.#plan.flush();
    this.#number = number;
    this.#map.selected = -1;
    this.#map.stopDrawing();
    this.refresh();
  }

  /** Brings all fields up to date. */
  refresh() {
    const activity = this.#form.activity();
    if (!activity) return;
    if (activity.kind !== this.#kind) this.#showKind(activity.kind);
    const complaints = this.#plan.complaints(this.#number);
    for (const field of [...this.#common, ...(this.#ofKinds.get(this.#kind) ?? [])]) {
      field.show(activity);
      const wrong = complaints.find((one) => field.paths.some((path) => concerns(one.field, path)));
      field.complain(wrong?.message ?? "");
    }
    const { zones } = this.#parts;
    // Without any it would be a gap in its part.
    zones.hidden = [...zones.children].every((field) => field instanceof HTMLElement && field.hidden);
    this.#map.show(activity);
  }

  /** @param {string} kind */
  #showKind(kind) {
    this.#kind = kind;
    const { settings } = this.#parts;
    const known = this.#ofKinds.get(kind);
    settings.replaceChildren();
    if (known) settings.append(...known.map(({ node }) => node));
    else this.#ofKinds.set(kind, this.#fill(settings, editedKind(kind).fields()));
  }

  /**
   * @param {HTMLElement} part
   * @param {MakeField[]} makes
   */
  #fill(part, makes) {
    const fields = makes.map((make) => make(this.#form));
    part.append(...fields.map(({ node }) => node));
    return fields;
  }
}

function questionField() {
  return textField({ path: "question", label: gettext("Question"), limit: 200, rows: 2 });
}

function kindField() {
  return choiceField({
    path: "kind",
    label: gettext("What people do"),
    choices: () => editedKinds().map(([name, kind]) => [name, kind.title()]),
    choose(kind, form) {
      const before = form.activity();
      if (before) form.editAll(asKind(before, /** @type {Rules} */ (kind)));
    },
    hint: (name) => editedKind(name).about(),
    nameOf: (name) => editedKind(name).title(),
  });
}

/**
 * @param {ActivityRow} activity
 * @param {Rules} kind
 * @returns {Partial<ActivityRow>} what changes if it becomes one of this kind
 */
export function asKind(activity, kind) {
  const { kind: before, surface, settings } = activity;
  const { picksZones, mayHide, adopted } = editedKind(kind);
  const example = exampleOf(kind);
  const kept = LASTING.filter((name) => settings?.[name] !== undefined && (name !== "hidden" || mayHide));
  const lasting = Object.fromEntries(kept.map((name) => [name, settings?.[name]]));
  // Without zones there is nothing to choose, and a plane has no place to guess.
  const needsSurface = picksZones
    ? !surface?.zones?.length
    : editedKind(before).picksZones && surface?.kind === "plane";
  return {
    kind,
    settings: { ...(adopted?.(activity) ?? example.settings), ...lasting },
    ...(needsSurface && { surface: example.surface }),
    // They were pinned to what is gone.
    ...(needsSurface && activity.pinned !== undefined && { pinned: [] }),
  };
}
