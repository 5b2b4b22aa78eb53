/** How many people are in each zone. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { countText, listText, shareText } from "../numbers.js";

/** @import { Panel } from "./panel.js" */
/** @import { Bar } from "./panel.js" */

/** @type {Panel} */
export const zones = {
  name: "zones",
  show({ zones: counted, people }, { activity }) {
    if (!counted?.length || people === 0) return null;
    const labels = new Map(activity.surface.zones?.map(({ id, label }) => [id, label]));
    const bars = counted
      .filter(([id, count]) => id !== "" || count > 0)
      .map(([id, count]) => ({
        label: id === "" ? gettext("In none of them") : (labels.get(id) ?? id),
        count,
        share: count / people,
      }));
    return {
      sentences: [leads(bars, people)],
      bars,
      table: {
        caption: gettext("Zones"),
        columns: [gettext("Zone"), gettext("People"), gettext("Share")],
        rows: bars.map(({ label, count, share }) => [label, countText(count), shareText(share)]),
      },
    };
  },
};

/**
 * @param {Bar[]} bars
 * @param {number} people
 */
function leads(bars, people) {
  const most = Math.max(...bars.map(({ count }) => count));
  const first = bars.filter(({ count }) => count === most).map(({ label }) => label);
  const values = { zones: listText(first), count: countText(most), people: countText(people) };
  if (first.length > 1) {
    return interpolate(gettext("A tie: %(zones)s, with %(count)s of %(people)s each."), values);
  }
  return interpolate(gettext("“%(zones)s” leads with %(count)s of %(people)s."), values);
}
