import { announceOthers, announceShown } from "../features/announcements/announcements.js";
import { gettext } from "../platform/i18n.js";
import { RoomMap } from "../map/roomMap.js";
import { Session } from "../room/session.js";
import { offerAim } from "../features/placing/aim.js";
import { announce } from "../ui/announcer.js";
import { showConnection } from "../features/connection/connectionBanner.js";
import { byId } from "../ui/dom.js";
import { showEnding } from "../features/connection/ending.js";
import { followFoot } from "../ui/footHeight.js";
import { canPlace, hint, markersLeft } from "../features/placing/hint.js";
import { markerSentence } from "../features/markers/markerNames.js";
import { MarkerList } from "../features/markers/markerList.js";
import { MarkerSheet } from "../features/markers/markerSheet.js";
import { offerMoves } from "../features/placing/moveHere.js";
import { offerName } from "../features/people/nameDialog.js";
import { notice, showHint } from "../ui/notices.js";
import { mapOverlays } from "../ui/mapOverlays.js";
import { questionHeading } from "../features/question/questionHeading.js";
import { showSaveState } from "../features/connection/saveState.js";
import { readSettings } from "../ui/settings.js";
import { onColoursChange } from "../ui/theme.js";
import { mapTrouble, pageComplete, pageStarted } from "../features/trouble/trouble.js";

const code = location.pathname.slice(1, 7);
const settings = readSettings();
const session = new Session({ code, role: "participant" });
const setQuestion = questionHeading();

followFoot("dock");
showConnection(session);
showEnding(session);
showSaveState(session);
offerName(session);
announceOthers(session);
session.on(["state", "me", "saved"], showQuestion);
session.on("notice", ({ message }) => notice(message));
session.start();
pageStarted();

const map = await RoomMap.create({
  container: byId("map"),
  session,
  settings,
  rights: { isOwn: isOwnAmongOthers, mayMove, mayChoose: mayMove, mayAdd },
  nameOf: (number) => markerSentence(session, number),
  enterHelp: gettext("Enter places a marker at the centre."),
  above: byId("question"),
  covered: mapOverlays,
  troubled: mapTrouble(session),
});
pageComplete();
new MarkerSheet(session, map, { mayEdit: isOwn, mayMove });
new MarkerList(session, (number) => map.choose(number));
const offerMove = offerMoves(session, map, mayMove);
offerAim(map, placeOrMove);
onColoursChange(() => map.recolour());
byId("zoom-in").addEventListener("click", () => map.zoomIn());
byId("zoom-out").addEventListener("click", () => map.zoomOut());
byId("show-everyone").addEventListener("click", () => map.showEveryone());
byId("show-mine").addEventListener("click", () => {
  map.showOwn();
  announce(ownMarkers().map((number) => markerSentence(session, number)).join(". "));
});

map.on("tap", (place) => {
  if (map.chosen !== null) map.choose(null);
  else if (markersLeft(session) > 0) add(place);
  else {
    const own = ownMarkers().filter(mayMove);
    if (session.state.activity.kind === "own" && own.length > 0) offerMove(place, own);
    else notice(hint(session));
  }
});
map.on("enter", placeOrMove);
map.on("settle", ({ number, answer }) => {
  if (answer.ok) announceShown(session, answer.rev, () => markerSentence(session, number));
  else notice(answer.message);
});

function showQuestion() {
  const { question, kind } = session.state.activity;
  if (!question) return;
  setQuestion(question);
  document.title = question;
  showHint(hint(session));
  byId("aim-button").hidden = !canPlace(session);
  byId("show-mine").hidden = kind !== "own" || ownMarkers().length === 0;
}

/** @param {number} number */
function isOwn(number) {
  const owner = session.state.markers.get(number)?.owner ?? 0;
  return owner !== 0 && owner === session.me.person;
}

function ownMarkers() {
  return [...session.state.markers.keys()].filter(isOwn);
}

/** Where all markers are everybody's, nobody's stand out. @param {number} number */
function isOwnAmongOthers(number) {
  return session.state.activity.kind === "own" && isOwn(number);
}

/** Whether a tap on a free place puts a marker there. */
function mayAdd() {
  return session.state.phase === "open" && markersLeft(session) > 0;
}

/** @param {number} number */
function mayMove(number) {
  const { phase, activity } = session.state;
  return phase === "open" && (activity.kind === "shared" || isOwn(number));
}

/** @param {{lat: number, lng: number}} place */
async function add(place) {
  const answer = await session.change("add", place);
  if (!answer.ok) notice(answer.message);
  else announce(gettext("Your marker is on the map."));
}

/**
 * Without a finger: the chosen marker goes there, or a new one, or else the
 * only one there is.
 *
 * @param {{lat: number, lng: number}} place
 */
async function placeOrMove(place) {
  const own = ownMarkers();
  const number = map.chosen ?? (markersLeft(session) > 0 ? null : own.length === 1 ? own[0] : null);
  if (number === null || number === undefined) {
    if (markersLeft(session) > 0) add(place);
    else if (!canPlace(session)) notice(hint(session));
    else notice(gettext("Choose a marker from the list first."));
    return;
  }
  const answer = await session.change("place", { marker: number, ...place });
  if (answer.ok) announceShown(session, answer.rev, () => markerSentence(session, number));
  else notice(answer.message);
}
