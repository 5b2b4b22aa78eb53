/** The largest groups of a crowd. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { countText } from "../numbers.js";

/** @import { Panel } from "./panel.js" */

const NAMED = 3;

/** @type {Panel} */
export const clusters = {
  name: "clusters",
  show({ clusters: found }) {
    const named = found?.filter(({ words }) => words) ?? [];
    if (named.length < 2) return null;
    const groups = named.slice(0, NAMED).map(({ count, words }) =>
      interpolate(gettext("%(count)s %(place)s"), { count: countText(count), place: words ?? "" }),
    );
    return {
      sentences: [
        // Names of places have commas of their own.
        interpolate(gettext("Largest groups: %(groups)s."), { groups: groups.join("; ") }),
      ],
      table: {
        caption: gettext("Groups"),
        columns: [gettext("Place"), gettext("People")],
        rows: named.map(({ count, words }) => [words ?? "", countText(count)]),
      },
    };
  },
};
