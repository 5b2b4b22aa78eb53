/** The ways to answer a question that is asked on the spur of the moment. */

import { gettext } from "../../platform/i18n.js";

/**
 * @import { ActivityDraft, Surface, View } from "../../protocol/activities.js"
 * @import { Activity } from "../../room/activity.js"
 */

/** The whole of a plane, in a window of 1024 × 768. @type {View} */
const PLANE = { lat: 0, lng: 0, zoom: 8.75 };

/**
 * @param {Activity} now the present question: another one about a map begins where this one does
 * @returns {{ id: string, label: string, activity: Omit<ActivityDraft, "question"> }[]}
 */
export function quickDrafts({ surface }) {
  /** @type {Partial<Surface>} */
  const map = surface.kind === "plane" ? {} : { kind: surface.kind, view: surface.view, names: surface.names };
  return [
    {
      ...{ id: "map", label: gettext("on the map") },
      activity: { kind: "own", surface: map, settings: { markers_each: 1 } },
    },
    {
      ...{ id: "hidden", label: gettext("on the map, hidden until you reveal it") },
      activity: { kind: "own", surface: map, settings: { markers_each: 1, hidden: true } },
    },
    {
      ...{ id: "agree", label: gettext("on a line from disagree to agree") },
      activity: {
        kind: "own",
        surface: {
          ...{ kind: "plane", view: PLANE },
          axes: { x: [gettext("Disagree"), gettext("Agree")] },
        },
        settings: { markers_each: 1 },
      },
    },
    {
      ...{ id: "yes-no", label: gettext("with yes or no") },
      activity: {
        kind: "zones",
        surface: {
          ...{ kind: "plane", view: PLANE },
          zones: [
            { id: "yes", label: gettext("Yes"), box: [-1, -1, 1, 0] },
            { id: "no", label: gettext("No"), box: [-1, 0, 1, 1] },
          ],
        },
        settings: {},
      },
    },
  ];
}
