/** A question that nobody has prepared: asked in ten seconds, right after the present one. */

import { gettext } from "../../platform/i18n.js";
import { backFrom } from "../../room/undo.js";
import { moment } from "../../room/flow.js";
import { showDialog } from "../../ui/backCloses.js";
import { byId, element } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { closeSheets } from "../../ui/sheet.js";
import { quickDrafts } from "./quickDrafts.js";

/**
 * @import { Session } from "../../room/session.js"
 * @import { Opposite } from "../../room/undo.js"
 */

/**
 * @param {Session} session
 * @param {(sentence: string, opposite: Opposite) => void} offerUndo
 */
export function offerAskNow(session, offerUndo) {
  const dialog = byId("ask-dialog", HTMLDialogElement);
  const question = byId("ask-question", HTMLTextAreaElement);
  const kind = byId("ask-kind", HTMLSelectElement);
  byId("ask-button").addEventListener("click", () => {
    question.value = "";
    const drafts = quickDrafts(session.state.activity);
    kind.replaceChildren(...drafts.map(({ id, label }) => element("option", { value: id }, label)));
    showDialog(dialog);
    question.focus();
  });
  byId("ask-cancel").addEventListener("click", () => dialog.close());
  byId("ask-form").addEventListener("submit", () => ask(question.value.trim(), kind.value));

  /**
   * @param {string} text
   * @param {string} chosen
   */
  async function ask(text, chosen) {
    const { activity } = session.state;
    const draft = quickDrafts(activity).find(({ id }) => id === chosen);
    if (!text || !draft) return;
    const before = moment(session.state);
    const { activity: number, message } = await prepared({ ...draft.activity, question: text }, before.activity);
    if (!number) {
      notice(message);
      return;
    }
    closeSheets();
    const gone = await session.change("go", { activity: number });
    if (!gone.ok) {
      notice(gone.message);
      return;
    }
    const opened = await session.change("stage", {
      ...{ stage: "answer", from: { activity: number, stage: "prepare", round: 1 } },
    });
    if (opened.ok) offerUndo(gettext("Your question is asked."), backFrom(before, number));
    else notice(opened.message);
  }

  /**
   * @param {import("../../protocol/activities.js").ActivityDraft} activity
   * @param {number} after
   */
  async function prepared(activity, after) {
    const answer = await session.change("prepare", { activity, after });
    return answer.ok ? { activity: answer.activity ?? 0, message: "" } : { activity: 0, message: answer.message };
  }
}
