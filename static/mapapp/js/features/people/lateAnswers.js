/** Answers that came after the end: the presenter may still count them. */

import { gettext, interpolate } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { byId, element } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * @param {Session} session of a host
 */
export function offerLateAnswers(session) {
  const list = byId("late-list");
  byId("late-button").addEventListener("click", () => byId("people-button").click());
  session.on("state", show);
  show();

  function show() {
    const { late, people } = session.state;
    const wanted = new Map(late.map(([person]) => [String(person), person]));
    for (const row of [...list.children]) {
      const { person = "" } = /** @type {HTMLElement} */ (row).dataset;
      if (!wanted.delete(person)) row.remove();
    }
    for (const person of wanted.values()) list.append(lateRow(person, people.get(person) ?? ""));
    list.hidden = list.childElementCount === 0;
  }

  /**
   * @param {number} person
   * @param {string} name
   */
  function lateRow(person, name) {
    const count = element("button", { class: "button", type: "button" }, gettext("Count it"));
    count.setAttribute("aria-label", interpolate(gettext("Count the late answer of %(name)s"), { name }));
    count.addEventListener("click", () => countIt(person, name));
    return element(
      "li",
      { "data-person": String(person) },
      element("span", { class: "grow" }, element("bdi", {}, name), " ", element("span", { class: "badge" }, gettext("late"))),
      count,
    );
  }

  /**
   * @param {number} person
   * @param {string} name
   */
  async function countIt(person, name) {
    const answer = await session.change("count", { person });
    if (!answer.ok) notice(answer.message);
    else announce(interpolate(gettext("The answer of %(name)s counts."), { name }));
  }
}
