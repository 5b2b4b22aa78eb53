/** What the fields of a form have in common. */

import { element } from "../../../ui/dom.js";

/** @import { ActivityRow } from "../../../protocol/activities.js" */

/**
 * A part of the form. `show` brings it up to date, but never takes away what somebody is typing;
 * `complain` shows or hides the server's sentence about its value.
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {string[]} paths of the values that it shows
 * @property {(activity: ActivityRow) => void} show
 * @property {(sentence: string) => void} complain
 */

/**
 * What a field can do in its form.
 * @typedef {object} Form
 * @property {(path: string, value: unknown, how?: { isTyping?: boolean }) => void} edit
 * @property {(values: Partial<import("../../../protocol/activities.js").ActivityDraft>) => void} editAll
 *   whole keys of the activity at once
 * @property {() => ActivityRow | undefined} activity the one in the form
 * @property {() => boolean} picksZones whether people choose zones in it
 * @property {import("./mapPart.js").MapPart} map
 */

/** Makes a field for a form. @typedef {(form: Form) => Field} MakeField */

let count = 0;

/** @param {string} name @returns {string} an id that no other element has */
export function newId(name) {
  count += 1;
  return `edit-${name}-${count}`;
}

/**
 * The sentence of a field's error, connected with its control.
 *
 * @param {...HTMLElement} controls that are marked as wrong
 */
export function errorLine(...controls) {
  const node = element("p", { class: "field-error", id: newId("error") });
  for (const control of controls) {
    const described = control.getAttribute("aria-describedby");
    control.setAttribute("aria-describedby", described ? `${described} ${node.id}` : node.id);
  }
  /** @param {string} sentence */
  const complain = (sentence) => {
    if (node.textContent === sentence) return;
    node.textContent = sentence;
    for (const control of controls) control.setAttribute("aria-invalid", String(sentence !== ""));
  };
  return { node, complain };
}

/**
 * Shows a value, unless its user is at it.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control
 * @param {string} value
 */
export function showValue(control, value) {
  if (control.value === value || control.dataset.typing === "true") return;
  control.value = value;
}

/**
 * Tells of what is typed as it is typed, and once more when the field is left.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 * @param {(value: string, isTyping: boolean) => void} typed
 */
export function whenTyped(control, typed) {
  control.addEventListener("input", () => {
    control.dataset.typing = "true";
    typed(control.value, true);
  });
  const done = () => {
    if (control.dataset.typing !== "true") return;
    delete control.dataset.typing;
    typed(control.value, false);
  };
  control.addEventListener("change", done);
  control.addEventListener("blur", done);
}

/**
 * Takes away the rows after the first `count`. What is being typed there is about something that is
 * gone; the focus goes on at `next`.
 *
 * @param {HTMLElement} list
 * @param {number} count
 * @param {HTMLElement} next
 */
export function cutRows(list, count, next) {
  for (const gone of [...list.children].slice(count)) {
    for (const control of gone.querySelectorAll("input")) delete control.dataset.typing;
    if (gone.contains(document.activeElement)) next.focus();
    gone.remove();
  }
}
