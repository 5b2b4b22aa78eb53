/** The elements of a result: sentences, bars, a podium, tables. */

import { gettext, interpolate } from "../../platform/i18n.js";
import { element } from "../../ui/dom.js";
import { countText, shareText } from "./numbers.js";

/** @import { Bar, Shown, Step, Table } from "./panels/panel.js" */

/** More of them help nobody. */
const BARS = 8;

/**
 * @param {Shown[]} shown
 * @param {number} most sentences
 * @returns {HTMLElement[]} the first sentence, bars, the podium, more sentences
 */
export function resultParts(shown, most) {
  // What each panel says first comes before what any of them says besides.
  const firsts = shown.flatMap(({ sentences }) => sentences.slice(0, 1));
  const others = shown.flatMap(({ sentences }) => sentences.slice(1));
  const [first = "", ...more] = [...firsts, ...others];
  const bars = shown.flatMap((one) => one.bars ?? []);
  const steps = shown.flatMap((one) => one.steps ?? []);
  return [
    element("p", { class: "result-first" }, first),
    ...(bars.length > 0 ? [barList(bars)] : []),
    ...(steps.length > 0 ? [podium(steps)] : []),
    ...more.slice(0, most - 1).map((text) => element("p", { class: "result-more" }, text)),
  ];
}

/** @param {Table} table */
export function tableOf({ caption, columns, rows }) {
  const head = columns.map((column) => element("th", { scope: "col" }, column));
  const body = rows.map((cells) =>
    element("tr", {}, ...cells.map((cell) => element("td", {}, element("bdi", {}, cell)))),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

/** @param {Bar[]} bars */
function barList(bars) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const shown = bars.slice(0, BARS).map(({ label, count, share }) => {
    const row = element(
      "li",
      { class: "result-bar" },
      element("bdi", { class: "result-label" }, label),
      element(
        "span",
        { class: "result-count" },
        interpolate(gettext("%(count)s (%(share)s)"), {
          count: countText(count),
          share: shareText(share),
        }),
      ),
    );
    row.style.setProperty("--share", String(count / most));
    return row;
  });
  return element("ul", { class: "result-bars" }, ...shown);
}

/** @param {Step[]} steps */
function podium(steps) {
  return element(
    "ol",
    { class: "result-podium" },
    ...steps.map(({ place, name, distance }) =>
      element(
        "li",
        {},
        element("span", { class: "result-place", "data-place": String(place) }, countText(place)),
        element("bdi", { class: "result-label" }, name),
        element("span", { class: "result-count" }, distance),
      ),
    ),
  );
}
