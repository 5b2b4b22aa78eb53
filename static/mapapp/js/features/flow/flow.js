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

/** A press of the same button sooner than this (ms) after a step is half of a double press. */
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
  #isAsking = false;
  /** The revision of the last step: before it is known here, the next one would be a wrong one. */
  #stepped = { epoch: "", rev: 0 };
  /** The button of the step that has only just been taken; "" for none. */
  #justPressed = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Session} session of a host
   * @param {FlowHandlers} handlers
   */
  constructor(session, handlers) {
    this.#session = session;
    this.#handlers = handlers;
  }

  /** Whether every press counts: no step is on its way, and none has only just been taken. */
  get isReady() {
    return !this.#isUnderWay && !this.#justPressed;
  }

  get #isUnderWay() {
    const { epoch, rev } = this.#session.state;
    return this.#isAsking || (epoch === this.#stepped.epoch && rev < this.#stepped.rev);
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
   * Takes a step, unless one is on its way or its button has only just been pressed.
   *
   * @param {Step | null} step
   * @returns {Promise<void>}
   */
  async take(step) {
    if (!step || this.#isUnderWay || buttonOf(step) === this.#justPressed) return;
    const before = moment(this.#session.state);
    clearTimeout(this.#timer);
    this.#isAsking = true;
    this.#justPressed = buttonOf(step);
    this.#handlers.changed?.();
    const answer = await this.#session.change(step.t, step.fields);
    this.#isAsking = false;
    if (answer.ok) this.#stepped = { epoch: this.#session.state.epoch, rev: answer.rev };
    this.#timer = setTimeout(() => {
      this.#justPressed = "";
      this.#handlers.changed?.();
    }, DOUBLE_PRESS);
    this.#handlers.changed?.();
    if (answer.ok) this.#handlers.done(step, opposite(step, before));
    else if (!TAKEN.has(answer.code)) this.#handlers.refused(answer);
  }
}

/** @param {Step} step @returns {"back" | "again" | "next"} */
function buttonOf({ does }) {
  return does === "back" || does === "again" ? does : "next";
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
