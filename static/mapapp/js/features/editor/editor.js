/** The editor of a room's activities: the list, the form of one of them, and what is done to all. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { rowsOf } from "../../room/drafts.js";
import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";
import { ActivityForm } from "./activityForm.js";
import { ActivityList } from "./activityList.js";
import { offerAdding } from "./addDialog.js";
import { Plan } from "./plan.js";
import { UndoBar } from "./undoBar.js";

/**
 * @import { ActivityDraft } from "../../protocol/activities.js"
 * @import { Session } from "../../room/session.js"
 * @import { MapPart } from "./fields/mapPart.js"
 */

/** From this width on (CSS pixels, as in css/edit.css) the form is beside the list. */
const WIDE = "(min-width: 48rem)";

export class Editor {
  plan;
  #session;
  #form;
  #list;
  #undo = new UndoBar();
  /** Whether the form is open; beside the list it always is. */
  #isOpen = false;

  /**
   * @param {Session} session that knows its room
   * @param {MapPart} map
   */
  constructor(session, map) {
    this.#session = session;
    this.plan = new Plan({
      activities: () => rowsOf(session.state),
      rev: () => session.state.rev,
      change: (t, fields) => session.change(t, fields),
    });
    this.#form = new ActivityForm(this.plan, map, {
      question: byId("question-fields"),
      settings: byId("settings-fields"),
      ground: byId("ground-fields"),
      names: byId("name-fields"),
      zones: byId("zone-fields"),
      pins: byId("pin-fields"),
    });
    this.#list = new ActivityList(byId("activities"), {
      open: (number) => this.#open(number),
      move: (number, to) => this.#move(number, to),
    });
    offerAdding((drafts) => this.#addAll(drafts));
    this.#offerActions();
    this.plan.on("changed", () => this.#show());
    this.plan.on("failed", (message) => this.#say(message));
    session.on("state", () => this.plan.refresh());
    matchMedia(WIDE).addEventListener("change", () => this.#show());
    this.#show();
  }

  #offerActions() {
    const current = () => this.#form.number;
    byId("move-up").addEventListener("click", () => this.#move(current(), this.#place(current()) - 1));
    byId("move-down").addEventListener("click", () => this.#move(current(), this.#place(current()) + 1));
    byId("duplicate").addEventListener("click", () => this.#duplicate(current()));
    byId("discard").addEventListener("click", () => this.#discard(current()));
    byId("form-back").addEventListener("click", () => {
      this.#isOpen = false;
      this.#show();
      this.#list.focus(current());
    });
  }

  /** @param {number} number @returns {number} its place, from 0; -1 if it is not there */
  #place(number) {
    return this.plan.activities.findIndex((one) => one.number === number);
  }

  /** @param {number} number */
  #open(number) {
    const isNew = !this.#isOpen;
    this.#isOpen = true;
    this.#form.open(number);
    this.#show();
    // On a phone the form takes the place of the list.
    if (isNew && !matchMedia(WIDE).matches) byId("form-title").focus();
  }

  /** @param {number} number @param {number} to */
  #move(number, to) {
    const count = this.plan.activities.length;
    if (to < 0 || to >= count) return;
    this.plan.move(number, to);
    announce(interpolate(gettext("Now number %(place)s of %(count)s."), { place: to + 1, count }));
  }

  /** @param {number} number */
  async #duplicate(number) {
    if (!this.#hasRoomFor(1)) return;
    const copy = await this.plan.duplicate(number);
    if (copy === null) return;
    this.#open(copy);
    announce(gettext("Duplicated. You are editing the copy."));
  }

  /** @param {number} number */
  async #discard(number) {
    const place = this.#place(number);
    const question = this.plan.get(number)?.question ?? "";
    if (place < 0 || !(await this.plan.discard(number))) return;
    const { activities } = this.plan;
    const next = activities[Math.min(place, activities.length - 1)];
    if (next) this.#form.open(next.number);
    this.#isOpen = false;
    this.#show();
    if (next) this.#list.focus(next.number);
    this.#undo.offer(interpolate(gettext("Deleted: %(question)s"), { question }), async () => {
      if (await this.plan.restore(number)) this.#open(number);
    });
  }

  /** @param {ActivityDraft[]} drafts */
  async #addAll(drafts) {
    if (!this.#hasRoomFor(drafts.length)) return;
    this.plan.flush();
    let first = null;
    for (const draft of drafts) {
      const number = await this.plan.add(draft);
      if (number === null) break;
      first ??= number;
    }
    if (first === null) return;
    this.#open(first);
    const field = document.querySelector("#question-fields textarea");
    if (field instanceof HTMLTextAreaElement) {
      field.focus();
      field.select();
    }
  }

  /** @param {number} count @returns {boolean} whether so many more fit; otherwise it says so */
  #hasRoomFor(count) {
    const { left } = this.plan;
    if (count <= left) return true;
    this.#say(
      left === 0
        ? gettext("A session holds at most 50 questions.")
        : interpolate(ngettext("There's room for only %(count)s more question.", "There's room for only %(count)s more questions.", left), { count: left }),
    );
    return false;
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#undo.offer(sentence);
  }

  #show() {
    const { activities } = this.plan;
    const { state } = this.#session;
    if (this.#place(this.#form.number) < 0) {
      // It has been taken out, here or elsewhere.
      const [first] = activities;
      if (first) this.#form.open(first.number);
      this.#isOpen = false;
    }
    this.#form.refresh();
    const { number } = this.#form;
    const place = this.#place(number);
    const isWide = matchMedia(WIDE).matches;
    this.#list.show(activities, isWide || this.#isOpen ? number : 0, state.activity.number);
    document.body.classList.toggle("has-form", this.#isOpen);
    const count = activities.length;
    byId("activity-count").textContent = interpolate(ngettext("%(count)s question", "%(count)s questions", count), { count });
    byId("form-title").textContent = interpolate(gettext("Question %(place)s of %(count)s"), { place: place + 1, count });
    const isCurrent = number === state.activity.number;
    byId("current-note").hidden = !isCurrent;
    setDisabled("move-up", place <= 0);
    setDisabled("move-down", place >= count - 1);
  }
}

/**
 * Not `disabled`, which would take the focus away from a button that is being pressed.
 *
 * @param {string} id
 * @param {boolean} isDisabled
 */
function setDisabled(id, isDisabled) {
  byId(id).setAttribute("aria-disabled", String(isDisabled));
}
