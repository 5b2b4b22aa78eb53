/**
 * Takes the steps of a room's flow for a host: one press, one step, wherever it was pressed (L1).
 */

import { moment, nextStep, secondRound, stepBack, stepTo } from "../../room/flow.js";
import { backFrom, stageBack } from "../../room/undo.js";

/**
 * @import { Answer } from "../../room/outbox.js"
 * @import { Step } from "../../room/flow.js"
 * @import { Opposite } from "../../room/undo.js"
 * @import { Session } from "../../room/session.js"
 */

/** A press sooner than this (ms) after a step is the second half of a double press. */
const DOUBLE_PRESS = 500;

/** Refusals that say that somebody else has taken the step already. */
const TAKEN = new Set(["stale_stage"]);

/**
 * @typedef {object} FlowHandlers
 * @property {(step: Step, opposite: Opposite) => void} done a step has been taken
 * @property {(answer: Answer) => void} refused
 * @property {() => void} [changed] whether a press counts may have changed
 */

export class Flow {
  #session;
  #handlers;
  #isUnderWay = false;
  #isQuiet = false;

  /**
   * @param {Session} session of a host
   * @param {FlowHandlers} handlers
   */
  constructor(session, handlers) {
    this.#session = session;
    this.#handlers = handlers;
  }

  /** Whether a press counts: no step is on its way, and none has only just been taken. */
  get isReady() {
    return !this.#isUnderWay && !this.#isQuiet;
  }

  /** @returns {Step | null} */
  get next() {
    return nextStep(this.#session.state);
  }

  /** @returns {Step | null} */
  get back() {
    return stepBack(this.#session.state);
  }

  /** @returns {Step | null} */
  get again() {
    return secondRound(this.#session.state);
  }

  /** @param {number} activity @returns {Step | null} */
  to(activity) {
    return stepTo(this.#session.state, activity);
  }

  /**
   * Takes a step, unless one is on its way or has only just been taken.
   *
   * @param {Step | null} step
   * @returns {Promise<void>}
   */
  async take(step) {
    if (!step || !this.isReady) return;
    const before = moment(this.#session.state);
    this.#isUnderWay = this.#isQuiet = true;
    this.#handlers.changed?.();
    const answer = await this.#session.change(step.t, step.fields);
    this.#isUnderWay = false;
    setTimeout(() => {
      this.#isQuiet = false;
      this.#handlers.changed?.();
    }, DOUBLE_PRESS);
    this.#handlers.changed?.();
    if (answer.ok) this.#handlers.done(step, opposite(step, before));
    else if (!TAKEN.has(answer.code)) this.#handlers.refused(answer);
  }
}

/**
 * @param {Step} step
 * @param {import("../../room/flow.js").Moment} before
 * @returns {Opposite}
 */
function opposite({ t, fields }, before) {
  const { activity = 0, stage = before.stage, round = before.round } = fields;
  return t === "go"
    ? backFrom(before, activity)
    : stageBack(before, { activity: before.activity, stage, round });
}
