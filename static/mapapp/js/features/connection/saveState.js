import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";

/** Saving takes a moment; the page mentions it only if it takes longer than this (ms). */
const WORTH_A_WORD = 2500;

/** The kinds of changes that a person looks for on the screen: those to markers. */
const ON_THE_SCREEN = new Set(["add", "drop", "place", "edit", "remove"]);

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * Shows whether this person's changes are stored (promise D3).
 *
 * @param {Session} session
 */
export function showSaveState(session) {
  const place = byId("save-state");
  let hasSaved = false;
  let { number: activity } = session.state.activity;
  let isSlow = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  session.on("saved", () => {
    // During a drag this event comes with every movement, and nobody has waited yet.
    isSlow = false;
    clearTimeout(patience);
    patience = setTimeout(() => {
      isSlow = true;
      show();
    }, WORTH_A_WORD);
    show();
  });
  session.on("state", ({ changes }) => {
    // What was saved for another question is not meant here.
    if (activity !== session.state.activity.number) hasSaved = false;
    activity = session.state.activity.number;
    hasSaved ||= changes.some(
      ({ kind, by }) => by === session.me.person && ON_THE_SCREEN.has(kind),
    );
    show();
  });
  session.on(["status", "presence"], show);
  show();

  function show() {
    const isSaved = session.unsaved === 0;
    hasSaved ||= ownsMarker(session);
    if (session.status.name === "stopped") tell("");
    else if (isSaved) tell(hasSaved ? "saved" : "");
    else if (session.status.name !== "live") tell("unsaved");
    else tell(isSlow ? "slow" : "waiting");
  }

  /** @param {"" | "saved" | "waiting" | "slow" | "unsaved"} state */
  function tell(state) {
    place.hidden = state === "";
    place.dataset.state = state;
    place.textContent = {
      "": "",
      saved: isOnScreen(session) ? gettext("On the screen ✓") : gettext("Saved ✓"),
      waiting: gettext("Saving…"),
      slow: gettext("Not saved yet"),
      unsaved: gettext("Not saved yet. We'll save it as soon as you're back online."),
    }[state];
  }
}

/** Whether others can see it there. @param {Session} session */
function isOnScreen({ presence, state }) {
  return presence.screens > 0 && !state.hidden;
}

/** @param {Session} session */
function ownsMarker({ me, state }) {
  if (me.person === null) return false;
  for (const { owner } of state.markers.values()) if (owner === me.person) return true;
  return false;
}
