/** What a second round has changed. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { isOnEarth } from "../../../room/activity.js";
import { countText, distanceText } from "../numbers.js";

/** @import { Panel } from "./panel.js" */

/** @type {Panel} */
export const shift = {
  name: "shift",
  show({ shift: found }, { activity }) {
    if (!found || !found.people) return null;
    const closer = interpolate(gettext("%(closer)s of %(people)s came closer together."), {
      closer: countText(found.closer),
      people: countText(found.people),
    });
    if (found.moved === 0) return { sentences: [gettext("Nobody has moved.")] };
    if (!isOnEarth(activity)) {
      const moved = interpolate(gettext("%(moved)s of %(people)s have moved."), {
        moved: countText(found.moved),
        people: countText(found.people),
      });
      return { sentences: [moved, closer] };
    }
    if (!found.toward) {
      return { sentences: [gettext("The room as a whole stayed where it was."), closer] };
    }
    return {
      sentences: [
        interpolate(
          gettext("The room moved %(distance)s %(direction)s; %(closer)s of %(people)s came closer together."),
          {
            distance: distanceText(found.km),
            direction: directionText(found.toward),
            closer: countText(found.closer),
            people: countText(found.people),
          },
        ),
      ],
    };
  },
};

/** @param {string} toward as on the wire */
function directionText(toward) {
  /** @type {Record<string, string>} */
  const words = {
    north: gettext("north"),
    "north-east": gettext("north-east"),
    east: gettext("east"),
    "south-east": gettext("south-east"),
    south: gettext("south"),
    "south-west": gettext("south-west"),
    west: gettext("west"),
    "north-west": gettext("north-west"),
  };
  return words[toward] ?? toward;
}
