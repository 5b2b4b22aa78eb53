/** The remote's buttons for the room as a whole. */

import { gettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { showDialog } from "../../ui/backCloses.js";
import { confirmed } from "../../ui/confirm.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { offerView } from "./tabs.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../protocol/messages.js").ChangeType} ChangeType */
/** @typedef {import("../../protocol/messages.js").ChangeFields} ChangeFields */

/**
 * @param {Session} session
 */
export function offerDeck(session) {
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
  offerQuestion();
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

  function offerQuestion() {
    const dialog = byId("question-dialog", HTMLDialogElement);
    const field = byId("question-field", HTMLTextAreaElement);
    byId("question-button").addEventListener("click", () => {
      field.value = session.state.activity.question;
      showDialog(dialog);
      field.select();
    });
    byId("question-cancel").addEventListener("click", () => dialog.close());
    byId("question-form").addEventListener("submit", () => {
      const question = field.value.trim();
      if (question && question !== session.state.activity.question) {
        change("question", { question }, gettext("Question saved."));
      }
    });
  }

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
