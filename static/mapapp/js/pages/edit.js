import { showConnection } from "../features/connection/connectionBanner.js";
import { showEnding } from "../features/connection/ending.js";
import { Editor } from "../features/editor/editor.js";
import { MapPart } from "../features/editor/fields/mapPart.js";
import { showSavedLine } from "../features/editor/savedLine.js";
import { offerTitle } from "../features/editor/titleField.js";
import { HostApi, NotAHost } from "../features/remote/hostApi.js";
import { hostKey, rememberRoom } from "../features/rooms/hostedRooms.js";
import { fileNameOf } from "../features/sessions/sessionFile.js";
import { mapTrouble, pageComplete, pageStarted } from "../features/trouble/trouble.js";
import { SurfaceMap } from "../map/editing/surfaceMap.js";
import { gettext, interpolate } from "../platform/i18n.js";
import { Session } from "../room/session.js";
import { announce } from "../ui/announcer.js";
import { byId } from "../ui/dom.js";
import { saveFile } from "../ui/saveFile.js";
import { readSettings } from "../ui/settings.js";
import { codeInAddress } from "./shared/address.js";

const code = codeInAddress();
const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? hostKey(code);
if (key) edit(key);
else askForKey();

function askForKey() {
  byId("no-key").hidden = false;
  pageComplete();
}

/** @param {string} key */
async function edit(key) {
  const session = new Session({ code, role: "host", key });
  showConnection(session);
  showEnding(session);
  session.start();
  pageStarted();
  offerSaving(new HostApi(code, key), session);
  await whenReady(session);

  // The key is valid: this browser keeps it, and the address bar does not show it.
  rememberRoom(code, session.state.activity.question, key);
  history.replaceState(history.state, "", location.pathname);
  byId("to-screen", HTMLAnchorElement).href = `/${code}/screen`;
  byId("to-remote", HTMLAnchorElement).href = `/${code}/host`;
  byId("code").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;

  const map = new MapPart();
  const editor = new Editor(session, map);
  showSavedLine(session, editor.plan);
  offerTitle(session, (message) => editor.plan.emit("failed", message));
  const name = () => {
    const title = session.state.title || session.state.activities[0]?.question || "";
    document.title = interpolate(gettext("Prepare: %(title)s"), { title });
    byId("session-title").textContent = session.state.title || gettext("Your questions");
  };
  session.on("state", name);
  name();
  byId("editor").hidden = false;
  map.use(await SurfaceMap.create(byId("map"), readSettings(), mapTrouble(session)));
  pageComplete();
}

/**
 * @param {HostApi} api
 * @param {Session} session
 */
function offerSaving(api, session) {
  byId("save-file").addEventListener("click", async () => {
    try {
      saveFile(await api.activities(), fileNameOf(session.state.title || session.state.activities[0]?.question || ""));
      announce(gettext("Saved to a file."));
    } catch (error) {
      byId("undo-text").textContent =
        error instanceof NotAHost
          ? gettext("This browser can't control the map any more.")
          : gettext("The file can't be made right now. Please try again in a moment.");
      byId("undo-button").hidden = true;
      byId("undo-bar").hidden = false;
    }
  });
}

/** @param {Session} session @returns {Promise<void>} resolved once it has the room's state */
function whenReady(session) {
  return new Promise((resolve) => {
    if (session.ready) resolve();
    else session.once("state", () => resolve());
  });
}
