/** The names of a plane's ends. */

import { gettext } from "../../../platform/i18n.js";
import { element } from "../../../ui/dom.js";
import { errorLine, newId, showValue, whenTyped } from "./field.js";

/**
 * @import { Axes } from "../../../protocol/activities.js"
 * @import { MakeField } from "./field.js"
 */

const LIMIT = 40;
const PATH = "surface.axes";
const ENDS = /** @type {const} */ ([
  ["x", 0, () => gettext("Left")],
  ["x", 1, () => gettext("Right")],
  ["y", 0, () => gettext("Bottom")],
  ["y", 1, () => gettext("Top")],
]);

/** @returns {MakeField} */
export function axesField() {
  return (form) => {
    const controls = ENDS.map(([, , name]) => {
      const id = newId("axis");
      const control = element("input", { class: "input", id, maxlength: String(LIMIT), dir: "auto", autocomplete: "off" });
      return { control, label: element("label", { for: id }, name()) };
    });
    const error = errorLine(...controls.map(({ control }) => control));
    for (const { control } of controls) {
      whenTyped(control, (_typed, isTyping) => {
        form.edit(PATH, axesOf(controls.map((one) => one.control.value)), { isTyping });
      });
    }
    const node = element(
      "fieldset",
      { class: "field field-group" },
      element("legend", {}, gettext("What the sides mean")),
      element("p", { class: "soft field-hint" }, gettext("Leave a side empty if it means nothing.")),
      element("div", { class: "axis-grid" }, ...controls.map(({ control, label }) => element("div", { class: "field" }, label, control))),
      error.node,
    );
    return {
      node,
      paths: [PATH],
      show(activity) {
        node.hidden = activity.surface?.kind !== "plane";
        const axes = activity.surface?.axes ?? {};
        ENDS.forEach(([axis, end], at) => {
          const control = controls[at]?.control;
          if (control) showValue(control, axes[axis]?.[end] ?? "");
        });
      },
      complain: error.complain,
    };
  };
}

/**
 * @param {string[]} ends left, right, bottom, top
 * @returns {Axes | undefined} undefined if none has a name
 */
export function axesOf([left = "", right = "", bottom = "", top = ""]) {
  const hasX = left.trim() !== "" || right.trim() !== "";
  const hasY = bottom.trim() !== "" || top.trim() !== "";
  if (!hasX && !hasY) return undefined;
  return { x: [left, right], ...(hasY && { y: [bottom, top] }) };
}
