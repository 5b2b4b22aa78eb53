import { announceOthers } from "../features/announcements/announcements.js";
import { announceFlow } from "../features/announcements/flowAnnouncements.js";
import { showCountdown } from "../features/countdown/countdown.js";
import { listenForFlowKeys } from "../features/flow/flowKeys.js";
import { HostLine } from "../features/flow/hostLine.js";
import { isPanelLarge } from "../features/join/panelSize.js";
import { followCamera } from "../features/presenter/followCamera.js";
import { showFlow } from "../features/stage/screenFlow.js";
import { announce } from "../ui/announcer.js";
import { gettext, interpolate, ngettext } from "../platform/i18n.js";
import { RoomMap } from "../map/roomMap.js";
import { Session } from "../room/session.js";
import { applyChosenColours, toggleColours } from "../ui/chosenColours.js";
import { showConnection } from "../features/connection/connectionBanner.js";
import { byId } from "../ui/dom.js";
import { showEnding } from "../features/connection/ending.js";
import { offerFullScreen } from "../ui/fullScreen.js";
import { offerHeat } from "../features/results/heatSwitch.js";
import { markerSentence } from "../features/markers/markerNames.js";
import { HostApi } from "../features/remote/hostApi.js";
import { hostKey } from "../features/rooms/hostedRooms.js";
import { offerRemote } from "../features/remote/remoteDialog.js";
import { offerCard, offerMiddle } from "../features/results/resultSwitches.js";
import { showResult } from "../features/results/resultCard.js";
import { offerResults } from "../features/results/resultTable.js";
import { mapOverlays } from "../ui/mapOverlays.js";
import {
  findPhoneSites,
  isForPhones,
  phoneAddress,
  phoneSite,
  phoneSiteCount,
  tryNextSite,
} from "../features/join/phoneSites.js";
import { questionHeading } from "../features/question/questionHeading.js";
import { readSettings } from "../ui/settings.js";
import { mapTrouble, pageComplete, pageStarted } from "../features/trouble/trouble.js";
import { keepAwake } from "../ui/wakeLock.js";
import { codeInAddress } from "./shared/address.js";
import { offerMapButtons } from "./shared/mapButtons.js";

const code = codeInAddress();
const settings = readSettings();
const key = hostKey(code);
// The presenter's own screen always gets in, however many others there are.
const session = new Session({ code, role: "screen", key: key ?? "" });
const showQuestion = questionHeading();

applyChosenColours();
keepAwake();
showHowToJoin();
showConnection(session);
// A closed map stays on the screen: this is its result.
showEnding(session, (code) => code === "closed");
announceOthers(session);
announceFlow(session);
showFlow(session);
showCountdown(session);
offerResults(session);
showResult(session, "result-card");
offerFullScreen(byId("full-screen"), byId("no-full-screen"));
if (key !== null) {
  offerRemote(session, new HostApi(code, key), settings.qr_library, "remote-button");
  const line = new HostLine(code, key, (answer) => answer.ok || announce(answer.message));
  listenForFlowKeys({ next: () => line.press("next"), back: () => line.press("back") });
}
byId("toggle-colours").addEventListener("click", toggleColours);
byId("toggle-join").addEventListener("click", () => {
  showPanel(byId("join").classList.contains("is-small"));
});
/** What the rule said last: the presenter's own choice stays until it says something else. */
let isLargeByRule = true;
session.on("state", showRoom);
session.on("presence", showPeople);
session.on(["state", "presence"], sizePanel);
// After the card has been filled.
session.on(["state", "result"], makeRoomForPanel);
session.on("status", showRoom);
session.start();
pageStarted();

const map = await RoomMap.create({
  container: byId("map"),
  session,
  settings,
  nameOf: (number) => markerSentence(session, number),
  // Readable from the back row, on a wall of any size: as large as the type beside the map.
  sizes: () => {
    const across = Math.max(innerWidth, 1.2 * innerHeight);
    return { radius: Math.max(12, across / 125), labelScale: Math.max(1.2, across / 960) };
  },
  // A projector is plugged in, or full screen ends: nobody is at the map to correct it.
  fitsAgain: true,
  above: byId("question-card"),
  covered: mapOverlays,
  troubled: mapTrouble(session),
});
pageComplete();
followCamera(session, map);
offerHeat(map, code);
offerCard(session, code, makeRoomForPanel);
offerMiddle(session, map, code);
offerMapButtons(map);

async function showHowToJoin() {
  byId("code").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  byId("next-address").addEventListener("click", tryNextSite);
  // Without an answer the page's own address may still be right.
  showAddress();
  await findPhoneSites(settings.public_url, showAddress);
  byId("unreachable").hidden = isForPhones();
}

function showAddress() {
  const address = phoneAddress();
  const { now, all } = phoneSiteCount();
  const picture = address ? `/${code}/qr.svg?at=${address}` : `/${code}/qr.svg`;
  byId("join-qr", HTMLImageElement).src = picture;
  byId("address").textContent = new URL(phoneSite()).host;
  byId("next-address").hidden = all < 2;
  byId("next-address-count").textContent = interpolate(gettext("(%(now)s of %(all)s)"), {
    now,
    all,
  });
}

function showRoom() {
  const { activity, unpinned, phase, doorOpen, hidden } = session.state;
  const { question } = activity;
  const { name, code: reason } = session.status;
  // It may have been closed while this page had no connection.
  const isClosed = phase === "closed" || (name === "stopped" && reason === "closed");
  if (question) {
    showQuestion(question);
    document.title = question;
  }
  // Hidden answers are counted, not shown.
  const mayWait = session.ready && !hidden && activity.stage === "answer" && !isClosed;
  byId("waiting").hidden = !mayWait || unpinned > 0;
  byId("closed").hidden = !isClosed;
  byId("locked").hidden = hidden || activity.stage !== "closed" || isClosed;
  byId("shut").hidden = doorOpen;
  byId("join").classList.toggle("is-shut", !doorOpen);
  // Nobody can join a closed room any longer, or steer it. Its result stays.
  byId("join").classList.toggle("is-over", isClosed);
  byId("join").hidden = isClosed && session.results.room === null;
  byId("toggle-join").hidden = isClosed;
  makeRoomForPanel();
  if (isClosed) {
    byId("remote-button").hidden = true;
    byId("remote-dialog", HTMLDialogElement).close();
  }
}

function sizePanel() {
  const isLarge = isPanelLarge(session.state, session.presence.people);
  if (isLarge === isLargeByRule) return;
  isLargeByRule = isLarge;
  showPanel(isLarge);
}

/** @param {boolean} isLarge */
function showPanel(isLarge) {
  byId("join").classList.toggle("is-small", !isLarge);
  byId("toggle-join").setAttribute("aria-pressed", String(isLarge));
  makeRoomForPanel();
}

/** The map ends where the panel begins: no marker hides under the QR code or the result. */
function makeRoomForPanel() {
  const { hidden, classList } = byId("join");
  const card = byId("result-card");
  const hasCard = !card.hidden && !card.classList.contains("is-away");
  classList.toggle("has-card", hasCard);
  const isBeside = hasCard || !classList.contains("is-small");
  document.body.classList.toggle("has-panel", !hidden && isBeside);
}

function showPeople() {
  const { people } = session.presence;
  byId("people-count").textContent = people
    ? interpolate(ngettext("%(count)s person here", "%(count)s people here", people), {
        count: people,
      })
    : gettext("Nobody here yet");
}
