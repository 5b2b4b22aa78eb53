/** The middle of the room, in words. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { isOnEarth } from "../../../room/activity.js";
import { distanceText, shareText } from "../numbers.js";

/** @import { Panel } from "./panel.js" */
/** @import { Axes } from "../../../protocol/activities.js" */

/** @type {Panel} */
export const middle = {
  name: "middle",
  show({ middle: found, people }, { activity }) {
    if (!found || people < 2) return null;
    if (!isOnEarth(activity)) {
      const { axes } = activity.surface;
      return axes ? { sentences: along(axes, found) } : null;
    }
    return {
      sentences: [
        interpolate(
          gettext("The middle of the room is %(place)s; half of you are within %(distance)s of it."),
          { place: found.words, distance: distanceText(found.half_km) },
        ),
      ],
    };
  },
};

/**
 * @param {Axes} axes
 * @param {{ lat: number, lng: number }} place in the square
 */
function along({ x, y }, { lat, lng }) {
  return [
    { axis: x, at: lng },
    { axis: y, at: lat },
  ].flatMap(({ axis, at }) => {
    if (!axis) return [];
    const share = Math.min(1, Math.max(0, (at + 1) / 2));
    return interpolate(
      gettext("The middle of the room is %(share)s of the way from “%(from)s” to “%(to)s”."),
      { share: shareText(share), from: axis[0], to: axis[1] },
    );
  });
}
