import { announceShown } from "../features/announcements/announcements.js";
import { announceFlow } from "../features/announcements/flowAnnouncements.js";
import { showCountdown } from "../features/countdown/countdown.js";
import { markerSentence } from "../features/markers/markerNames.js";
import { offerName } from "../features/people/nameDialog.js";
import { canPlace, hint, markersLeft, refusedSentence } from "../features/placing/hint.js";
import { offerToGo } from "../features/presenter/goThere.js";
import { questionHeading } from "../features/question/questionHeading.js";
import { tellWhetherHidden } from "../features/stage/secret.js";
import { gettext, interpolate } from "../platform/i18n.js";
import { laterPart } from "../platform/laterPart.js";
import { Session } from "../room/session.js";
import { zoneAt } from "../room/zones.js";
import { announce } from "../ui/announcer.js";
import { byId } from "../ui/dom.js";
import { hide } from "../ui/hide.js";
import { notice, showHint } from "../ui/notices.js";
import { readSettings } from "../ui/settings.js";
import { codeInAddress } from "./shared/address.js";
import { createMap, startSession } from "./shared/roomPage.js";
import { kindOf } from "../room/kinds/kinds.js";

const settings = readSettings();
const session = new Session({ code: codeInAddress(), role: "participant" });
const setQuestion = questionHeading();
/** Shows one's own result. */
const ownResult = laterPart(async () => {
  const { showOwnResult } = await import("../features/results/yourResult.js");
  showOwnResult(session);
});
/** Offers to move one's marker where one has tapped. */
const moves = laterPart(async () => (await bringMoves()).offerMoves(session, map, mayMove));

offerName(session);
session.on(["state", "me", "saved"], showQuestion);
session.on(["state", "result"], bringLaterParts);
announceFlow(session);
showCountdown(session);
tellWhetherHidden(session);
startSession(session, "dock");

const map = await createMap(session, settings, {
  rights: { isOwn: isOwnAmongOthers, mayMove, mayChoose: mayMove, mayAdd },
  sheet: { mayEdit: isOwn, mayMove },
  tap,
  place: placeOrMove,
});
offerToGo(session, map);
byId("show-mine").addEventListener("click", () => {
  map.showOwn();
  announce(ownMarkers().map((number) => markerSentence(session, number)).join(". "));
});

/** Later parts come once there is an answer: nobody waits for them to place one. */
function bringLaterParts() {
  const { question, stage } = session.state.activity;
  const isEarly = !question || (stage === "answer" && ownMarkers().length === 0);
  if (isEarly) return;
  ownResult();
  // It may be needed without a connection; if it does not come now, it is asked for again.
  bringMoves().catch(() => {});
}

function bringMoves() {
  return import("../features/placing/moveHere.js");
}

/**
 * @param {{lat: number, lng: number}} place
 * @param {number[]} own
 */
async function offerMove(place, own) {
  const offer = await moves();
  if (offer) offer(place, own);
  else notice(hint(session));
}

function showQuestion() {
  const { activity } = session.state;
  const { question } = activity;
  if (!question) return;
  setQuestion(question);
  document.title = question;
  showHint(hint(session));
  hide(byId("aim-button"), !canPlace(session));
  hide(byId("show-mine"), kindOf(activity).isEverybodys || ownMarkers().length === 0);
}

/** @param {number} number */
function isOwn(number) {
  const owner = session.state.markers.get(number)?.owner ?? 0;
  return owner !== 0 && owner === session.me.person;
}

function ownMarkers() {
  return [...session.state.markers.keys()].filter(isOwn);
}

/** Among shared markers, nobody's own stand out. @param {number} number */
function isOwnAmongOthers(number) {
  return !kindOf(session.state.activity).isEverybodys && isOwn(number);
}

/** Whether a tap on a free place puts a marker there. */
function mayAdd() {
  return session.state.phase === "open" && markersLeft(session) > 0;
}

/** @param {number} number */
function mayMove(number) {
  const { phase, activity, pinned } = session.state;
  return phase === "open" && !pinned.has(number) && (kindOf(activity).isEverybodys || isOwn(number));
}

/** A finger on a free place. @param {{lat: number, lng: number}} place */
function tap(place) {
  if (session.state.phase === "locked") {
    notice(hint(session));
    return;
  }
  if (markersLeft(session) > 0) {
    add(place);
    return;
  }
  const own = ownMarkers().filter(mayMove);
  if (!kindOf(session.state.activity).isEverybodys && own.length > 0) offerMove(place, own);
  else notice(hint(session));
}

/** @param {{lat: number, lng: number}} place */
async function add(place) {
  const answer = await session.change("add", place);
  if (!answer.ok) notice(refusedSentence(session, answer));
  else announce(placedSentence(place));
}

/** @param {{lat: number, lng: number}} place */
function placedSentence(place) {
  const zone = zoneAt(session.state.activity.surface, place);
  if (!zone) return gettext("Your marker is on the map.");
  return interpolate(gettext("Your marker is on the map, in “%(zone)s”."), { zone: zone.label });
}

/**
 * Placing without a finger: puts the chosen marker there, or a new one, or else
 * the only one there is.
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
  else notice(refusedSentence(session, answer));
}
