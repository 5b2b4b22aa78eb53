/** The remote's buttons for the room as a whole. */

import { gettext } from "../../platform/i18n.js";
import { questionBack, titleBack } from "../../room/undo.js";
import { announce } from "../../ui/announcer.js";
import { showDialog } from "../../ui/backCloses.js";
import { confirmed } from "../../ui/confirm.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { offerView } from "./tabs.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../room/undo.js").Opposite} Opposite */
/** @typedef {import("../../protocol/messages.js").ChangeType} ChangeType */
/** @typedef {import("../../protocol/messages.js").ChangeFields} ChangeFields */

/**
 * @param {Session} session
 * @param {(sentence: string, opposite: Opposite) => void} offerUndo
 */
export function offerDeck(session, offerUndo) {
  const lock = byId("lock");

  lock.addEventListener("click", () => {
    const isLocked = session.state.phase === "locked";
    change(
      isLocked ? "unlock" : "lock",
      {},
      isLocked ? gettext("The map is unlocked.") : gettext("The map is locked."),
    );
  });
  session.on("state", () => {
    lock.setAttribute("aria-pressed", String(session.state.phase === "locked"));
  });

  offerView("settings");
  offerText("question", {
    now: () => session.state.activity.question,
    async save(question) {
      const { number, question: before } = session.state.activity;
      const answer = question ? await session.change("question", { question }) : null;
      if (answer?.ok) offerUndo(gettext("Question saved."), questionBack(number, before, question));
      else if (answer) notice(answer.message);
    },
  });
  offerText("title", {
    now: () => session.state.title,
    async save(title) {
      const before = session.state.title;
      const answer = await session.change("title", { title });
      if (answer.ok) offerUndo(gettext("Title saved."), titleBack(before, title));
      else notice(answer.message);
    },
  });
  byId("close-room").addEventListener("click", async () => {
    const sure = await confirmed({
      title: gettext("Close this map for good?"),
      text: gettext(
        "Everyone will be disconnected and the map can't be reopened. A big screen that is open keeps the result until its page is closed or reloaded.",
      ),
      yes: gettext("Close the map"),
    });
    if (sure) change("close", {}, gettext("The map is closed."));
  });

  /**
   * @param {ChangeType} t
   * @param {ChangeFields} fields
   * @param {string} done
   */
  async function change(t, fields, done) {
    const answer = await session.change(t, fields);
    if (answer.ok) announce(done);
    else notice(answer.message);
  }
}

/**
 * A button that opens a dialog for a line of text.
 *
 * @param {string} name the beginning of their ids
 * @param {{ now: () => string, save: (text: string) => void }} of `save` is called if it is another
 */
function offerText(name, { now, save }) {
  const dialog = byId(`${name}-dialog`, HTMLDialogElement);
  const field = byId(`${name}-field`, HTMLTextAreaElement);
  byId(`${name}-button`).addEventListener("click", () => {
    field.value = now();
    showDialog(dialog);
    field.select();
  });
  byId(`${name}-cancel`).addEventListener("click", () => dialog.close());
  byId(`${name}-form`).addEventListener("submit", () => {
    const text = field.value.replace(/\s+/g, " ").trim();
    if (text !== now()) save(text);
  });
}
