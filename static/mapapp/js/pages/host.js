import { announceShown } from "../features/announcements/announcements.js";
import { announceFlow } from "../features/announcements/flowAnnouncements.js";
import { showCountdown } from "../features/countdown/countdown.js";
import { offerDeck } from "../features/deck/deck.js";
import { offerNow } from "../features/deck/now.js";
import { offerTabs } from "../features/deck/tabs.js";
import { Flow } from "../features/flow/flow.js";
import { listenForFlowKeys } from "../features/flow/flowKeys.js";
import { stepDone } from "../features/flow/flowWords.js";
import { markerSentence } from "../features/markers/markerNames.js";
import { offerPeople, removePerson } from "../features/people/people.js";
import { offerSpotlight } from "../features/presenter/spotlight.js";
import { offerPart } from "../features/presenter/steerPart.js";
import { hint } from "../features/placing/hint.js";
import { questionHeading } from "../features/question/questionHeading.js";
import { deviceLabel, HostApi, newHostKey } from "../features/remote/hostApi.js";
import { offerRemote } from "../features/remote/remoteDialog.js";
import { offerRemotes } from "../features/remote/remotes.js";
import { offerDownloads } from "../features/results/downloads.js";
import { forgetRoom, hostKey, rememberRoom, takeNextKey } from "../features/rooms/hostedRooms.js";
import { offerAskNow } from "../features/sequence/askNow.js";
import { offerSequence } from "../features/sequence/sequence.js";
import { pageComplete } from "../features/trouble/trouble.js";
import { offersUndo } from "../features/undo/undo.js";
import { gettext, interpolate, ngettext } from "../platform/i18n.js";
import { laterPart } from "../platform/laterPart.js";
import { Session } from "../room/session.js";
import { putBack } from "../room/undo.js";
import { announce } from "../ui/announcer.js";
import { byId } from "../ui/dom.js";
import { notice, showHint } from "../ui/notices.js";
import { readSettings } from "../ui/settings.js";
import { keepAwake } from "../ui/wakeLock.js";
import { codeInAddress } from "./shared/address.js";
import { createMap, startSession } from "./shared/roomPage.js";
import { kindOf } from "../room/kinds/kinds.js";

const code = codeInAddress();
const given = new URLSearchParams(location.hash.slice(1));
const pair = given.get("pair") ?? undefined;
// A phone that has scanned a one-time code makes its own key.
const key = pair ? newHostKey() : (given.get("key") ?? hostKey(code));
if (key) steer(key);
else askForKey();

function askForKey() {
  byId("as-audience", HTMLAnchorElement).href = `/${code}`;
  byId("no-key").hidden = false;
  pageComplete();
}

/** @param {string} key */
async function steer(key) {
  const settings = readSettings();
  const label = pair && deviceLabel(navigator.userAgent);
  const session = new Session({ code, role: "host", key, pair, label });
  const api = new HostApi(code, key);
  const setQuestion = questionHeading();

  keepAwake();
  offerTabs();
  announceFlow(session);
  const offerUndo = offersUndo(session);
  offerFlow(session, offerUndo);
  offerDeck(session, offerUndo);
  offerPeople(session, api);
  offerRemotes(session, api, code);
  offerRemote(session, api, settings.qr_library, "remotes-connect");
  session.on("status", () => whenTurnedAway(session.status, key));
  session.on("state", () => {
    setQuestion(session.state.activity.question);
    showRoom(session);
  });
  session.on("presence", () => showRoom(session));
  const result = laterPart(async () => {
    const { showRemoteResult } = await import("../features/results/remoteResult.js");
    showRemoteResult(session);
  });
  session.on(["state", "result"], () => session.results.room?.people && result());
  startSession(session, "deck");

  const map = await createHostMap(session, settings, (number) =>
    offerUndo(gettext("Marker removed."), putBack(number)),
  );
  offerPart(session, map);
  offerSpotlight(session, map);
  offerDownloads(api, code);
  // The key is valid: this browser keeps it, and the address bar does not show it.
  rememberRoom(code, session.state.activity.question, key);
  history.replaceState(history.state, "", location.pathname);

  byId("remove-owner").addEventListener("click", () => {
    const marker = session.state.markers.get(map.chosen ?? 0);
    if (marker) removePerson(session, marker.owner, api);
  });
  byId("end-hold").addEventListener("click", async () => {
    const answer = await session.change("release", { marker: map.chosen ?? 0 });
    notice(answer.ok ? gettext("The marker is free. You can move it.") : answer.message);
  });
  const showOwner = () => {
    const owner = session.state.markers.get(map.chosen ?? 0)?.owner ?? 0;
    byId("marker-owner").hidden = owner === 0 || owner === session.me.person;
    const holder = session.state.markers.get(map.chosen ?? 0)?.holder ?? 0;
    byId("marker-holder").hidden = holder === 0 || holder === session.me.person;
    byId("marker-holder-name").textContent = session.state.people.get(holder) ?? "";
    byId("marker-owner-name").textContent = session.state.people.get(owner) ?? "";
  };
  map.on("choose", showOwner);
  session.on("state", showOwner);
}

/**
 * The room's flow: its button, its keys, and its questions in order.
 *
 * @param {Session} session
 * @param {ReturnType<typeof offersUndo>} offerUndo
 */
function offerFlow(session, offerUndo) {
  const flow = new Flow(session, {
    done: (step, opposite) => offerUndo(stepDone(step), opposite),
    refused: (answer) => answer.ok || notice(answer.message),
    changed: () => showNow(),
  });
  const showNow = offerNow(session, flow);
  listenForFlowKeys({ next: () => flow.take(flow.next), back: () => flow.take(flow.back) });
  offerSequence(session, flow, offerUndo, code);
  offerAskNow(session, offerUndo);
  showCountdown(session);
}

/**
 * Tries a key that this browser has kept when the given key or code is refused.
 *
 * @param {import("../room/reconnectingSocket.js").Status} status
 * @param {string} tried the refused key
 */
function whenTurnedAway({ name, code: reason }, tried) {
  if (name !== "stopped") return;
  if (reason === "key_revoked" || reason === "wrong_key") {
    const next = takeNextKey(code);
    if (next) {
      // We had just replaced our key with this one, and the answer was lost.
      location.replace(`/${code}/host#key=${encodeURIComponent(next)}`);
      location.reload();
    } else if (reason === "key_revoked" && hostKey(code) === tried) {
      forgetRoom(code);
    }
  } else if (reason === "bad_pairing" && hostKey(code)) {
    // A phone that is a remote already has scanned a code again.
    history.replaceState(null, "", location.pathname);
    location.reload();
  }
}

/** @param {Session} session */
function showRoom(session) {
  const { state } = session;
  const { people } = session.presence;
  // Without a shared marker nobody but the host can do anything.
  const { isEverybodys } = kindOf(state.activity);
  const isWaiting = isEverybodys && state.phase === "open" && state.unpinned === 0;
  showHint(isWaiting ? hint(session) : "");
  document.title = interpolate(gettext("Remote: %(question)s"), { question: state.activity.question });
  byId("code").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  byId("people-count").textContent = interpolate(
    ngettext("%(count)s person here", "%(count)s people here", people),
    { count: people },
  );
}

/**
 * @param {Session} session
 * @param {ReturnType<typeof readSettings>} settings
 * @param {(number: number) => void} removed a marker has been removed
 */
async function createHostMap(session, settings, removed) {
  const isShared = () => kindOf(session.state.activity).isEverybodys;
  /** Of people's own markers, the host moves one only after choosing it.
   * @param {number} number */
  const mayMove = (number) => isShared() || number === map.chosen;

  const always = () => true;
  const map = await createMap(session, settings, {
    rights: { isOwn: () => false, mayMove, mayChoose: always, mayAdd: isShared },
    sheet: { mayEdit: always, mayMove: always, removed },
    tap: (there) => {
      if (isShared()) place(there);
    },
    place,
  });
  return map;

  /** Puts the chosen marker there, or a new one. @param {{lat: number, lng: number}} there */
  async function place(there) {
    const number = map.chosen;
    const answer = await (number === null
      ? session.change("add", there)
      : session.change("place", { marker: number, ...there }));
    if (!answer.ok) notice(answer.message);
    else if (number === null) announce(gettext("The marker is on the map."));
    else announceShown(session, answer.rev, () => markerSentence(session, number));
  }
}
