import { gettext } from "../i18n.js";
import { byId } from "./dom.js";

/** Saving takes a moment; only when it takes longer than this (ms) it is worth a word. */
const WORTH_A_WORD = 1500;

/** @typedef {import("../net/session.js").Session} Session */

/**
 * Shows whether what this person has done is stored (promise D3).
 *
 * @param {Session} session
 */
export function showSaveState(session) {
  const place = byId("save-state");
  let hasSaved = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  let impatient = false;

  for (const event of ["saved", "status", "state", "presence"]) session.addEventListener(event, show);
  show();

  function show() {
    if (session.unsaved === 0) {
      clearTimeout(patience);
      patience = undefined;
      impatient = false;
      hasSaved ||= ownsMarker(session);
      tell(hasSaved ? "saved" : "");
    } else if (session.status.name !== "live" || impatient) {
      hasSaved = true;
      tell("unsaved");
    } else {
      hasSaved = true;
      patience ??= setTimeout(() => {
        impatient = true;
        show();
      }, WORTH_A_WORD);
      tell("waiting");
    }
  }

  /** @param {"" | "saved" | "waiting" | "unsaved"} state */
  function tell(state) {
    place.hidden = state === "";
    place.dataset.state = state;
    place.textContent = {
      "": "",
      saved: session.presence.screens > 0 ? gettext("On the screen ✓") : gettext("Saved ✓"),
      waiting: gettext("Saving …"),
      unsaved: gettext("Not saved yet. It will be, as soon as the connection is back."),
    }[state];
  }
}

/** @param {Session} session */
function ownsMarker({ me, state }) {
  if (me.person === null) return false;
  for (const { owner } of state.markers.values()) if (owner === me.person) return true;
  return false;
}
