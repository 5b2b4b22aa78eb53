/** The title of the room, beside its questions. Clearing it is allowed: then the first question is shown. */

import { byId } from "../../ui/dom.js";
import { showValue, whenTyped } from "./fields/field.js";
import { TYPING_REST } from "./plan.js";

/** @import { Session } from "../../room/session.js" */

/**
 * @param {Session} session
 * @param {(message: string) => void} failed
 */
export function offerTitle(session, failed) {
  const field = byId("title-field", HTMLInputElement);
  /** What has been asked for and is not known to the room yet. @type {string | null} */
  let asked = null;
  /** The revision with which the room knows it; 0 before it is stored. */
  let storedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  whenTyped(field, (_, isTyping) => {
    clearTimeout(timer);
    if (isTyping) timer = setTimeout(send, TYPING_REST);
    else send();
  });
  addEventListener("beforeunload", send);
  session.on("state", show);
  show();

  function show() {
    if (storedAt > 0 && session.state.rev >= storedAt) asked = null;
    if (asked === null) showValue(field, session.state.title);
  }

  async function send() {
    clearTimeout(timer);
    const title = field.value.trim();
    if (title === (asked ?? session.state.title)) return;
    asked = title;
    storedAt = 0;
    const answer = await session.change("title", { title });
    // It may have been overtaken by what was typed since.
    if (asked === title && answer.ok) storedAt = answer.rev;
    else if (asked === title) asked = null;
    if (!answer.ok) failed(answer.message);
    show();
  }
}
