/** The page of a shared link: each activity with its result in words, as tables and on a map. */

import { contextOf } from "../features/results/context.js";
import { resultParts, tableOf } from "../features/results/resultParts.js";
import { shownBy } from "../features/results/panels/panels.js";
import { sharedRoom } from "../features/results/sharedRoom.js";
import { markerSentence } from "../features/markers/markerNames.js";
import { mapTrouble, pageComplete, pageStarted } from "../features/trouble/trouble.js";
import { RoomMap } from "../map/roomMap.js";
import { gettext } from "../platform/i18n.js";
import { applyChosenColours } from "../ui/chosenColours.js";
import { byId, element } from "../ui/dom.js";
import { readSettings } from "../ui/settings.js";

/** @import { SharedActivity, SharedResults } from "../features/results/sharedRoom.js" */
/** @import { Session } from "../room/session.js" */

const settings = readSettings();
const place = byId("activities");
const token = location.pathname.split("/").pop() ?? "";

applyChosenColours();
pageStarted();
await load();
pageComplete();

async function load() {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/api/results/${token}`, { cache: "no-store" });
    if (answer.status === 404) {
      say(gettext("This link does not work any more. Its presenter has revoked it, or the map has ended."));
    } else if (answer.ok) {
      show(await answer.json());
    } else {
      offerRetry();
    }
  } catch {
    offerRetry();
  }
  place.removeAttribute("aria-busy");
}

/** @param {SharedResults} shared */
function show(shared) {
  const title = shared.title || gettext("Results");
  byId("title").textContent = title;
  document.title = title;
  byId("when").textContent = new Date(shared.created).toLocaleDateString(
    document.documentElement.lang || undefined,
    { dateStyle: "long" },
  );
  if (shared.activities.length === 0) {
    say(gettext("Nothing has been revealed yet."));
    return;
  }
  place.replaceChildren(...shared.activities.map((activity) => section(shared, activity)));
}

/**
 * @param {SharedResults} shared
 * @param {SharedActivity} activity
 */
function section(shared, activity) {
  const session = sharedRoom(shared, activity);
  const result = session.results.room;
  const shown = result ? shownBy(result, contextOf(session)) : [];
  const id = `activity-${activity.number}`;
  const map = element("div", { class: "map" });
  const tables = shown.flatMap(({ table }) => (table ? [tableOf(table)] : []));
  const made = element(
    "section",
    { class: "shared-activity", "aria-labelledby": id },
    element("h2", { id, dir: "auto" }, activity.question),
    element("div", { class: "shared-words", dir: "auto" }, ...resultParts(shown, Infinity)),
    element("div", { class: "shared-map" }, map),
    ...(tables.length > 0
      ? [
          element(
            "details",
            {},
            element("summary", {}, gettext("As tables")),
            element("div", { class: "shared-tables", dir: "auto" }, ...tables),
          ),
        ]
      : []),
  );
  drawOnceSeen(map, session);
  return made;
}

/**
 * Fifty maps at once would be too many for a phone.
 *
 * @param {HTMLElement} container
 * @param {Session} session
 */
function drawOnceSeen(container, session) {
  const observer = new IntersectionObserver(
    async ([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      const map = await RoomMap.create({
        container,
        session,
        settings,
        nameOf: (number) => markerSentence(session, number),
        fitsAgain: true,
        troubled: mapTrouble(session),
      });
      if (session.state.activity.surface.kind !== "plane") map.showEveryone();
    },
    { rootMargin: "400px" },
  );
  observer.observe(container);
}

/** @param {string} text */
function say(text) {
  place.replaceChildren(element("p", { id: "state", role: "status" }, text));
}

function offerRetry() {
  say(gettext("The results can't be loaded right now."));
  const again = element("button", { class: "button", type: "button" }, gettext("Try again"));
  again.addEventListener("click", load);
  place.append(again);
}
