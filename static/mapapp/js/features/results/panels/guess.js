/** Who guessed best. */

import { gettext, interpolate } from "../../../platform/i18n.js";
import { countText, distanceText, listText } from "../numbers.js";

/** @import { Context, Panel } from "./panel.js" */
/** @import { Result } from "../../../protocol/messages.js" */

/** The places on the podium. */
const STEPS = 3;

/** @type {Panel} */
export const guess = {
  name: "guess",
  show({ guess: found, people }, context) {
    if (!found || found.podium.length === 0) return null;
    const { podium, median_km: median, within_100_km: close } = found;
    const named = podium.map(([person, km, place]) => ({
      place,
      name: nameOf(person, context),
      distance: distanceText(km),
    }));
    return {
      sentences: [
        best(podium, context),
        interpolate(gettext("Half of you were within %(distance)s."), {
          distance: distanceText(median),
        }),
        interpolate(gettext("Within %(distance)s: %(count)s of %(people)s."), {
          distance: distanceText(100),
          count: countText(close),
          people: countText(people),
        }),
      ],
      steps: named.filter(({ place }) => place <= STEPS).slice(0, 5),
      table: {
        caption: gettext("Best guesses"),
        columns: [gettext("Place"), gettext("Name"), gettext("Distance")],
        rows: named.map(({ place, name, distance }) => [countText(place), name, distance]),
      },
    };
  },
};

/**
 * @param {NonNullable<Result["guess"]>["podium"]} podium
 * @param {Context} context
 */
function best(podium, context) {
  const first = podium.filter(([, , place]) => place === 1);
  const { answer } = context.activity.settings;
  const values = {
    names: listText(first.map(([person]) => nameOf(person, context))),
    distance: distanceText(podium[0]?.[1] ?? 0),
    answer,
  };
  if (podium[0]?.[1] === 0) {
    return interpolate(
      answer ? gettext("%(names)s found %(answer)s.") : gettext("%(names)s found it."),
      values,
    );
  }
  return interpolate(
    answer
      ? gettext("Nearest to %(answer)s: %(names)s, %(distance)s away.")
      : gettext("Nearest: %(names)s, %(distance)s away."),
    values,
  );
}

/**
 * @param {number} person
 * @param {Context} context
 */
function nameOf(person, context) {
  return context.nameOf(person) || gettext("Somebody");
}
