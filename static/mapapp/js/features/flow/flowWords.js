/** The flow of a room in words: for buttons, for lists, and read aloud. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";

/**
 * @import { FlowNews, FlowState } from "../../room/flowNews.js"
 * @import { Step } from "../../room/flow.js"
 */

/** A question longer than this (characters) is cut in the middle of a sentence. */
const QUOTED = 60;

/**
 * @param {Step | null} step
 * @returns {string} the label of the button that takes it
 */
export function stepLabel(step) {
  if (!step) return gettext("That was the last question");
  switch (step.does) {
    case "open":
      return gettext("Open answers");
    case "close":
      return gettext("Close answers");
    case "reveal":
      return gettext("Reveal");
    case "result":
      return gettext("Show the result");
    case "again":
      return gettext("Second round");
    case "back":
      return interpolate(gettext("Back to: %(question)s"), { question: quoted(step.question) });
    default:
      return interpolate(gettext("Next: %(question)s"), { question: quoted(step.question) });
  }
}

/**
 * @param {Step | null} step
 * @returns {string} what people will notice of it
 */
export function stepEffect(step) {
  switch (step?.does) {
    case "open":
      return gettext("People can answer");
    case "close":
      return gettext("Nobody can change their answer any more");
    case "reveal":
      return gettext("Everyone sees all answers");
    case "result":
      return gettext("Closes the answers");
    default:
      return "";
  }
}

/**
 * @param {Step} step that has been taken
 * @returns {string}
 */
export function stepDone(step) {
  switch (step.does) {
    case "open":
      return gettext("Answers are open.");
    case "close":
      return gettext("Answers are closed.");
    case "reveal":
      return gettext("The answers are revealed.");
    case "result":
      return gettext("Answers are closed. The result is shown.");
    case "again":
      return gettext("The second round has begun.");
    case "back":
      return gettext("One question back.");
    default:
      return gettext("On to the next question.");
  }
}

/**
 * @param {{ stage?: string, round?: number }} activity
 * @returns {string} its stage, for hosts
 */
export function stageLabel({ stage, round = 1 }) {
  switch (stage) {
    case "answer":
      return round > 1 ? gettext("Second round is open") : gettext("Answers are open");
    case "closed":
      return gettext("Answers are closed");
    case "revealed":
      return gettext("Result is shown");
    default:
      return gettext("Not open yet");
  }
}

/**
 * @param {number} answered people who have a marker
 * @param {number} people who are here
 * @returns {string}
 */
export function answeredText(answered, people) {
  // Who has answered and gone home still counts.
  const all = Math.max(answered, people);
  return interpolate(
    ngettext(
      "%(answered)s of %(all)s has answered",
      "%(answered)s of %(all)s have answered",
      all,
    ),
    { answered, all },
  );
}

/**
 * A piece of news for everybody in the room.
 *
 * @param {FlowNews} news
 * @param {FlowState} now
 * @param {boolean} hidden whether others' answers are withheld
 * @returns {string} empty for news that goes without saying
 */
export function newsSentence(news, now, hidden) {
  const stage = stageSentence(now, hidden);
  switch (news) {
    case "activity":
      return `${interpolate(gettext("New question: %(question)s"), { question: now.question })} ${stage}`;
    case "question":
      return interpolate(gettext("The question is now: %(question)s"), { question: now.question });
    case "round":
      return gettext("Second round: you can change your answer.");
    case "stage":
      return stage;
    case "timer":
      return gettext("A timer is running.");
    default:
      return gettext("The timer has been stopped.");
  }
}

/**
 * @param {FlowState} now
 * @param {boolean} hidden
 */
function stageSentence({ stage }, hidden) {
  switch (stage) {
    case "answer":
      return gettext("You can answer now.");
    case "closed":
      return hidden
        ? gettext("Answers are closed. They are hidden until the presenter reveals them.")
        : gettext("Answers are closed.");
    case "revealed":
      return gettext("The result is shown.");
    default:
      return gettext("Wait until the presenter opens the answers.");
  }
}

/** @param {string} [question] */
export function quoted(question = "") {
  return question.length > QUOTED ? `${question.slice(0, QUOTED - 1).trimEnd()}…` : question;
}
