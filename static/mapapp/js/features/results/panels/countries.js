/** How many people have answered, and in which countries. */

import { gettext, interpolate, ngettext } from "../../../platform/i18n.js";
import { countText, countryText, listText, peopleText, sentenceCase } from "../numbers.js";

/** @import { Panel } from "./panel.js" */
/** @import { Result } from "../../../protocol/messages.js" */

/** @type {Panel} */
export const countries = {
  name: "countries",
  show(result, { activity }) {
    const { countries: listed = [], country_count: count = 0, people } = result;
    if (people === 0) return { sentences: [gettext("Nobody has answered yet.")] };
    // Where a zone is asked for, the panel of zones says all of it.
    if (count < 2) return activity.surface.zones?.length ? null : { sentences: [answered(people)] };
    return {
      sentences: [spread(result)],
      table: {
        caption: gettext("Countries"),
        columns: [gettext("Country"), gettext("People")],
        rows: listed.map(([code, name, here]) => [
          sentenceCase(countryText(code, name)),
          countText(here),
        ]),
      },
    };
  },
};

/** @param {number} people */
function answered(people) {
  return interpolate(
    ngettext("%(count)s person has answered.", "%(count)s people have answered.", people),
    { count: countText(people) },
  );
}

/** @param {Result} result of at least two countries */
function spread({ people, countries: listed = [], country_count: count = 0 }) {
  const most = listed[0]?.[2] ?? 0;
  const first = listed.filter(([, , here]) => here === most);
  const values = {
    people: peopleText(people),
    countries: interpolate(ngettext("%(count)s country", "%(count)s countries", count), {
      count: countText(count),
    }),
    most: countText(most),
    first: listText(first.map(([code, name]) => countryText(code, name))),
  };
  if (first.length === 1 && most > 1) {
    return interpolate(
      gettext("%(people)s in %(countries)s; most in %(first)s (%(most)s)."),
      values,
    );
  }
  if (first.length === 2 && most > 1) {
    return interpolate(
      gettext("%(people)s in %(countries)s; most in %(first)s (%(most)s each)."),
      values,
    );
  }
  return interpolate(gettext("%(people)s in %(countries)s."), values);
}
