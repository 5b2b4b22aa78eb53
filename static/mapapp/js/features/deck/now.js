/** The remote's first view: where the room is, and one big button that says what it will do next. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { positionOf } from "../../room/flow.js";
import { kindOf } from "../../room/kinds/kinds.js";
import { byId } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";
import { notice } from "../../ui/notices.js";
import { answeredText, quoted, stageLabel, stepEffect, stepLabel } from "../flow/flowWords.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../flow/flow.js").Flow} Flow */

/** One press of "+30 s", in seconds. */
const MORE = 30;
/** The longest timer (s). */
const LONGEST = 3600;

/**
 * @param {Session} session
 * @param {Flow} flow
 */
export function offerNow(session, flow) {
  const next = byId("next");
  next.addEventListener("click", () => flow.take(flow.next));
  byId("back").addEventListener("click", () => flow.take(flow.back));
  byId("again").addEventListener("click", () => flow.take(flow.again));
  byId("timer-more").addEventListener("click", () => setTimer(timeLeft() + MORE));
  byId("timer-stop").addEventListener("click", () => setTimer(0));
  session.on(["state", "presence", "status"], show);
  return show;

  function show() {
    const { state, presence } = session;
    const { stage, ends } = state.activity;
    const isOpen = stage === "answer";
    byId("stage").textContent = placeText(session);
    // Where markers are everybody's, nobody answers for themselves.
    const { isEverybodys } = kindOf(state.activity);
    byId("answered").textContent =
      isEverybodys || stage === "prepare" ? "" : answeredText(presence.answered, presence.people);
    showNext();
    showBack();
    const more = {
      again: flow.again === null,
      lock: !(isOpen || stage === "closed") || state.phase === "closed",
      "timer-more": !isOpen,
      "timer-stop": !isOpen || ends === null,
    };
    for (const [id, isHidden] of Object.entries(more)) hide(byId(id), isHidden, () => next);
    showLate();
  }

  function showNext() {
    const step = flow.next;
    byId("next-label").textContent = stepLabel(step);
    byId("next-effect").textContent = stepEffect(step);
    // Not `disabled`, which would take the focus away between two steps.
    next.setAttribute("aria-disabled", String(step === null));
    next.dataset.ready = String(flow.isReady);
  }

  function showBack() {
    const step = flow.back;
    const back = byId("back");
    hide(back, step === null, () => next);
    if (!step) return;
    back.setAttribute("aria-label", stepLabel(step));
    byId("back-label").textContent = quoted(step.question);
  }

  function showLate() {
    const count = session.state.late.length;
    hide(byId("late-button"), count === 0, () => next);
    byId("late-button").textContent = interpolate(
      ngettext("%(count)s late answer", "%(count)s late answers", count),
      { count },
    );
  }

  /** @returns {number} seconds; 0 without a timer */
  function timeLeft() {
    return session.clock.secondsLeft(session.state.activity.ends);
  }

  /** @param {number} seconds 0 stops it */
  async function setTimer(seconds) {
    const answer = await session.change("timer", { seconds: Math.min(LONGEST, seconds) });
    if (!answer.ok) notice(answer.message);
  }
}

/** @param {Session} session */
function placeText({ state }) {
  // A host's list is as it is now; the place is that of the last snapshot.
  const here = positionOf(state);
  const [position, count] = here < 0 ? state.place : [here + 1, state.activities.length];
  const stage = stageLabel(state.activity);
  if (count < 2) return stage;
  return interpolate(gettext("%(position)s of %(count)s · %(stage)s"), { position, count, stage });
}
