/** Fields of one value: text, a number, yes or no, one of several. */

import { valueAt } from "../paths.js";
import { element } from "../../../ui/dom.js";
import { errorLine, newId, showValue, whenTyped } from "./field.js";

/** @import { MakeField } from "./field.js" */

/**
 * @param {object} of
 * @param {string} of.path
 * @param {string} of.label
 * @param {number} of.limit characters
 * @param {string} [of.hint]
 * @param {number} [of.rows] of a field for more than a line
 * @param {boolean} [of.optional] left out while it is empty
 * @returns {MakeField}
 */
export function textField({ path, label, limit, hint = "", rows = 1, optional = false }) {
  return (form) => {
    const id = newId("text");
    const attributes = { class: "input", id, maxlength: String(limit), dir: "auto", autocomplete: "off" };
    const control = rows > 1 ? element("textarea", { ...attributes, rows: String(rows) }) : element("input", attributes);
    const error = errorLine(control);
    whenTyped(control, (typed, isTyping) => {
      // A line break is no part of a question.
      const text = typed.replace(/\s*\n\s*/g, " ");
      form.edit(path, optional && text === "" ? undefined : text, { isTyping });
      if (rows > 1) grow(control);
    });
    const node = element("div", { class: "field" }, element("label", { for: id }, label), control);
    if (hint) node.append(element("p", { class: "soft field-hint" }, hint));
    node.append(error.node);
    return {
      node,
      paths: [path],
      show(activity) {
        const before = control.value;
        showValue(control, valueAt(activity, path) ?? "");
        if (rows > 1 && control.value !== before) grow(control);
      },
      complain: error.complain,
    };
  };
}

/** Makes a field as high as its text. @param {HTMLElement} control */
function grow(control) {
  control.style.blockSize = "auto";
  const { scrollHeight, offsetHeight, clientHeight } = control;
  // A field that is not shown has no height yet, and keeps its rows.
  if (scrollHeight > 0) control.style.blockSize = `${scrollHeight + offsetHeight - clientHeight}px`;
}

/**
 * @param {object} of
 * @param {string} of.path
 * @param {string} of.label
 * @param {number} of.least
 * @param {number} of.most
 * @param {number} of.normal while nothing is set
 * @returns {MakeField}
 */
export function wholeField({ path, label, least, most, normal }) {
  return (form) => {
    const id = newId("number");
    const control = element("input", {
      ...{ class: "input input-short", id, type: "number", inputmode: "numeric" },
      ...{ min: String(least), max: String(most), step: "1" },
    });
    const error = errorLine(control);
    whenTyped(control, (typed, isTyping) => {
      if (typed !== "") form.edit(path, Number(typed), { isTyping });
    });
    control.addEventListener("blur", () => {
      if (control.value === "") control.value = String(valueAt(form.activity(), path) ?? normal);
    });
    return {
      node: element("div", { class: "field" }, element("label", { for: id }, label), control, error.node),
      paths: [path],
      show: (activity) => showValue(control, String(valueAt(activity, path) ?? normal)),
      complain: error.complain,
    };
  };
}

/**
 * @param {object} of
 * @param {string} of.path
 * @param {string} of.label
 * @param {string} [of.hint]
 * @param {boolean} [of.normal] while nothing is set
 * @param {(activity: import("../../../protocol/activities.js").ActivityRow) => boolean} [of.applies]
 * @param {(value: any) => boolean} [of.read] whether it is on with this stored value
 * @param {(isOn: boolean) => unknown} [of.write] the value to store
 * @returns {MakeField}
 */
export function flagField({
  path,
  label,
  hint = "",
  normal = false,
  applies = () => true,
  read = (value) => value ?? normal,
  write = (isOn) => isOn,
}) {
  return (form) => {
    const id = newId("flag");
    const control = element("input", { type: "checkbox", id });
    const error = errorLine(control);
    control.addEventListener("change", () => form.edit(path, write(control.checked)));
    const words = element("span", {}, element("span", { class: "flag-label" }, label));
    if (hint) words.append(element("span", { class: "soft field-hint" }, hint));
    const node = element("div", { class: "field" }, element("label", { class: "flag", for: id }, control, words), error.node);
    return {
      node,
      paths: [path],
      show(activity) {
        node.hidden = !applies(activity);
        control.checked = read(valueAt(activity, path));
      },
      complain: error.complain,
    };
  };
}

/**
 * @param {object} of
 * @param {string} of.path
 * @param {string} of.label
 * @param {() => [value: string, name: string][]} of.choices
 * @param {(value: string, form: import("./field.js").Form) => void} of.choose
 * @param {(value: any) => string} [of.read] the choice for the stored value
 * @param {(value: string) => string} [of.hint] about the present choice
 * @param {(value: string) => string} [of.nameOf] of a value that is none of the choices
 * @returns {MakeField}
 */
export function choiceField({ path, label, choices, choose, read = String, hint, nameOf = String }) {
  return (form) => {
    const id = newId("choice");
    const control = element("select", { class: "input select", id });
    const about = element("p", { class: "soft field-hint", id: newId("about") });
    if (hint) control.setAttribute("aria-describedby", about.id);
    const error = errorLine(control);
    for (const [value, name] of choices()) control.append(element("option", { value }, name));
    control.addEventListener("change", () => choose(control.value, form));
    const node = element("div", { class: "field" }, element("label", { for: id }, label), control);
    if (hint) node.append(about);
    node.append(error.node);
    return {
      node,
      paths: [path],
      show(activity) {
        const value = read(valueAt(activity, path));
        if (![...control.options].some((option) => option.value === value)) {
          control.append(element("option", { value }, nameOf(value)));
        }
        control.value = value;
        about.textContent = hint?.(value) ?? "";
      },
      complain: error.complain,
    };
  };
}
