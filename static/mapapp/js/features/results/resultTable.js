/** The result as text, beside every projected map. */

import { interpolate, ngettext } from "../../platform/i18n.js";
import { colourOf, shapeOf } from "../../map/markers/palette.js";
import { byId, element } from "../../ui/dom.js";
import { contextOf } from "./context.js";
import { shownBy } from "./panels/panels.js";
import { tableOf } from "./resultParts.js";
import { markerTitle, placeText } from "../markers/markerNames.js";
import { Sheet } from "../../ui/sheet.js";
import { markerPicture } from "../markers/swatches.js";

/** The newest ones; a table of ten thousand helps nobody. */
const SHOWN = 500;

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../room/state.js").Marker} Marker */

/** @param {Session} session */
export function offerResults(session) {
  const button = byId("toggle-results");
  const rows = byId("results-rows");
  let due = false;
  const sheet = new Sheet("results", {
    closeButton: "results-close",
    onClose: () => button.setAttribute("aria-expanded", "false"),
  });

  button.addEventListener("click", () => {
    if (sheet.isOpen) sheet.close();
    else sheet.open();
    button.setAttribute("aria-expanded", String(sheet.isOpen));
    fill();
  });
  session.on(["state", "result"], () => {
    if (due || !sheet.isOpen) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      fill();
    });
  });

  function fill() {
    if (!sheet.isOpen) return;
    tell(session);
    const markers = [...session.state.markers.values()];
    const more = Math.max(0, markers.length - SHOWN);
    rows.replaceChildren(
      ...markers
        .slice(more)
        .reverse()
        .map((marker) => row(session, marker)),
    );
    byId("results-more").textContent = more
      ? interpolate(
          ngettext(
            "%(count)s older marker is not listed.",
            "%(count)s older markers are not listed.",
            more,
          ),
          { count: more },
        )
      : "";
  }
}

/** The result of the room, in sentences and tables. @param {Session} session */
function tell(session) {
  const result = session.results.room;
  const shown = result ? shownBy(result, contextOf(session)) : [];
  const sentences = shown.flatMap((one) => one.sentences);
  const made = element(
    "div",
    {},
    ...sentences.map((text) => element("p", {}, text)),
    ...shown.flatMap(({ table }) => (table ? [tableOf(table)] : [])),
  );
  const place = byId("results-words");
  if (place.firstElementChild?.isEqualNode(made)) return;
  place.replaceChildren(made);
}

/**
 * @param {Session} session
 * @param {Marker} marker
 */
function row(session, marker) {
  const look = `${colourOf(marker.colour).name} ${shapeOf(marker.icon).name}`;
  return element(
    "tr",
    {},
    element("td", {}, String(marker.number)),
    element(
      "td",
      {},
      element(
        "div",
        { class: "results-marker" },
        markerPicture(marker.icon, colourOf(marker.colour).hex),
        element("span", { class: "visually-hidden" }, `${look} `),
        element(
          "bdi",
          {},
          marker.label || (session.state.people.get(marker.owner) ?? markerTitle(session, marker)),
        ),
      ),
    ),
    element("td", {}, placeText(marker, session.state.activity.surface)),
  );
}
