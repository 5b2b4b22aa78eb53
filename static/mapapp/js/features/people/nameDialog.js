import { gettext, interpolate } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { showDialog } from "../../ui/backCloses.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * Shows the name this person has been given, and lets them take another.
 *
 * @param {Session} session
 */
export function offerName(session) {
  const button = byId("name-button");
  const dialog = byId("name-dialog", HTMLDialogElement);
  const field = byId("name-field", HTMLInputElement);

  button.addEventListener("click", () => {
    field.value = session.me.name;
    showDialog(dialog);
    field.select();
  });
  byId("name-cancel").addEventListener("click", () => dialog.close());
  byId("name-form").addEventListener("submit", async () => {
    const name = field.value.trim();
    if (!name || name === session.me.name) return;
    byId("name").textContent = name;
    const answer = await session.change("name", { name });
    announce(answer.ok ? gettext("Name saved.") : answer.message);
    show();
  });
  session.on("me", () => {
    const before = byId("name").textContent;
    show();
    const { name, person } = session.me;
    // The server adds the number where somebody else had come with the same name.
    if (before && name === `${before} ${person}`) {
      notice(
        interpolate(gettext("Somebody else here has that name: you are %(name)s now."), { name }),
      );
    }
  });
  show();

  function show() {
    byId("name").textContent = session.me.name;
    button.hidden = session.me.name === "";
  }
}
