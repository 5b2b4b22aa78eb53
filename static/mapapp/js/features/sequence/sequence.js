/** What a room is asked, in order: go there, put it in another order, copy it, take it out. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { draftOf, rowsOf } from "../../room/drafts.js";
import { discarded, orderBack, restored } from "../../room/undo.js";
import { byId, element } from "../../ui/dom.js";
import { announce } from "../../ui/announcer.js";
import { notice } from "../../ui/notices.js";
import { offerView } from "../deck/tabs.js";
import { quoted, stageLabel } from "../flow/flowWords.js";
import { dragRows } from "./dragRows.js";
import { icon } from "./icons.js";

/**
 * @import { ActivityRow } from "../../protocol/activities.js"
 * @import { Session } from "../../room/session.js"
 * @import { Opposite } from "../../room/undo.js"
 * @import { Flow } from "../flow/flow.js"
 */

/**
 * @param {Session} session
 * @param {Flow} flow
 * @param {(sentence: string, opposite: Opposite) => void} offerUndo
 * @param {string} code of the room
 */
export function offerSequence(session, flow, offerUndo, code) {
  const list = byId("sequence");
  /** The activity whose actions are shown, or 0. */
  let opened = 0;
  const sheet = offerView("sequence", () => {
    opened = 0;
    fill();
    showCurrent();
  });
  byId("edit-link", HTMLAnchorElement).href = `/${code}/edit`;
  session.on("state", () => {
    if (sheet.isOpen && !drag.isUnderWay) fill();
  });
  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const item = button?.closest("li");
    if (button && item) press(button.dataset.does ?? "", Number(item.dataset.activity));
  });
  const drag = dragRows(list, { grip: ".sequence-grip", moved: (numbers) => order(numbers, fill) });

  /** Rows that are there already are kept, so that the focus stays in them. */
  function fill() {
    const { activities, activity } = session.state;
    byId("sequence-count").textContent = interpolate(
      ngettext("%(count)s question", "%(count)s questions", activities.length),
      { count: activities.length },
    );
    const rows = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.activity, row]));
    const focused = document.activeElement;
    activities.forEach((one, index) => {
      const row = /** @type {HTMLElement} */ (rows.get(String(one.number)) ?? newRow(one.number));
      rows.delete(String(one.number));
      describe(row, one, { index, count: activities.length, isCurrent: one.number === activity.number });
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
    for (const gone of rows.values()) gone.remove();
    if (focused instanceof HTMLElement && focused !== document.activeElement && list.contains(focused)) focused.focus();
  }

  /**
   * @param {HTMLElement} row
   * @param {ActivityRow} activity
   * @param {{ index: number, count: number, isCurrent: boolean }} place
   */
  function describe(row, activity, { index, count, isCurrent }) {
    const { number, question } = activity;
    const part = partsOf(row);
    row.classList.toggle("is-current", isCurrent);
    part.number.textContent = String(index + 1);
    part.question.textContent = question;
    part.detail.textContent = detail(activity);
    if (isCurrent) part.go.setAttribute("aria-current", "step");
    else part.go.removeAttribute("aria-current");
    part.more.setAttribute("aria-expanded", String(number === opened));
    part.more.setAttribute("aria-label", interpolate(gettext("Change “%(question)s”"), { question: quoted(question) }));
    part.actions.hidden = number !== opened;
    part.up.disabled = index === 0;
    part.down.disabled = index === count - 1;
    part.remove.disabled = isCurrent;
  }

  /**
   * @param {string} does
   * @param {number} number of an activity
   */
  function press(does, number) {
    switch (does) {
      case "go":
        go(number);
        break;
      case "more":
        opened = opened === number ? 0 : number;
        fill();
        list.querySelector(`[data-activity="${number}"]`)?.scrollIntoView({ block: "nearest" });
        break;
      case "up":
      case "down":
        move(number, does === "up" ? -1 : 1);
        break;
      case "copy":
        duplicate(number);
        break;
      case "remove":
        remove(number);
        break;
    }
  }

  /** @param {number} number */
  async function go(number) {
    const step = flow.to(number);
    sheet.dismiss();
    await flow.take(step);
  }

  /**
   * @param {number} number
   * @param {number} way
   */
  function move(number, way) {
    const numbers = session.state.activities.map((one) => one.number);
    const at = numbers.indexOf(number);
    const to = at + way;
    if (at < 0 || to < 0 || to >= numbers.length) return;
    numbers.splice(at, 1);
    numbers.splice(to, 0, number);
    order(numbers);
  }

  /**
   * @param {number[]} numbers in their new order
   * @param {() => void} [refused]
   */
  async function order(numbers, refused = () => {}) {
    const before = session.state.activities.map((one) => one.number);
    if (before.join() === numbers.join()) return;
    const answer = await session.change("order", { activities: numbers });
    if (answer.ok) offerUndo(gettext("Order changed."), orderBack(before, numbers));
    else {
      refused();
      notice(answer.message);
    }
  }

  /** @param {number} number */
  async function duplicate(number) {
    const found = rowsOf(session.state).find((one) => one.number === number);
    if (!found) return;
    const answer = await session.change("prepare", { activity: draftOf(found), after: number });
    if (!answer.ok) notice(answer.message);
    else if (answer.activity) offerUndo(gettext("Question copied."), discarded(answer.activity));
    else announce(gettext("Question copied."));
  }

  /** @param {number} number */
  async function remove(number) {
    const answer = await session.change("discard", { activity: number });
    if (answer.ok) offerUndo(gettext("Question removed."), restored(number));
    else notice(answer.message);
  }

  function showCurrent() {
    // Once the sheet is there.
    requestAnimationFrame(() => list.querySelector(".is-current")?.scrollIntoView({ block: "nearest" }));
  }
}

/** @param {ActivityRow} activity */
function detail(activity) {
  const { settings } = activity;
  const parts = [
    settings?.hidden ? gettext("hidden") : "",
    settings?.seconds ? interpolate(gettext("%(seconds)s s"), { seconds: settings.seconds }) : "",
    stageLabel(activity),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @param {number} number of the activity @returns {HTMLElement} */
function newRow(number) {
  const go = element(
    "button",
    { class: "sequence-go", type: "button", "data-does": "go" },
    element("span", { class: "sequence-number", "aria-hidden": "true" }),
    element("span", { class: "sequence-words" }, element("bdi", {}), element("span", { class: "detail" })),
  );
  const grip = element("span", { class: "sequence-grip", "aria-hidden": "true" }, icon("grip"));
  const more = element(
    "button",
    { class: "button button-icon sequence-more", type: "button", "data-does": "more" },
    icon("more"),
  );
  const actions = element(
    "div",
    { class: "sequence-row-actions", hidden: true },
    action("up", "up", gettext("Up")),
    action("down", "down", gettext("Down")),
    action("copy", "copy", gettext("Duplicate")),
    action("remove", "trash", gettext("Delete")),
  );
  return element("li", { "data-activity": String(number) }, go, more, grip, actions);
}

/**
 * @param {string} does
 * @param {string} picture
 * @param {string} label
 */
function action(does, picture, label) {
  return element(
    "button",
    { class: does === "remove" ? "button button-danger" : "button", type: "button", "data-does": does },
    icon(picture),
    label,
  );
}

/** @param {HTMLElement} row */
function partsOf(row) {
  /** @param {string} selector */
  const one = (selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
  /** @param {string} does */
  const button = (does) => /** @type {HTMLButtonElement} */ (row.querySelector(`[data-does="${does}"]`));
  return {
    ...{ number: one(".sequence-number"), question: one("bdi"), detail: one(".detail") },
    ...{ go: button("go"), more: button("more"), actions: one(".sequence-row-actions") },
    ...{ up: button("up"), down: button("down"), remove: button("remove") },
  };
}
