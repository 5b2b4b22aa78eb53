import { showDialog } from "./backCloses.js";
import { byId } from "./dom.js";

/**
 * Asks for confirmation of something that cannot be undone.
 *
 * @param {{title: string, text: string, yes: string}} question `yes` names what will happen
 * @returns {Promise<boolean>}
 */
export async function confirmed(question) {
  return (await decided(question)) === "yes";
}

/**
 * The same with a third answer.
 *
 * @param {{title: string, text: string, yes: string, also?: string}} question `also` names
 *   an alternative; without it there are two answers
 * @returns {Promise<"yes" | "also" | "no">}
 */
export function decided({ title, text, yes, also }) {
  const dialog = byId("confirm", HTMLDialogElement);
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  const other = document.getElementById("confirm-also");
  if (other) {
    other.hidden = !also;
    byId("confirm-also-button").textContent = also ?? "";
  }
  dialog.returnValue = "no";
  showDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(/** @type {any} */ (dialog.returnValue || "no")), { once: true });
  });
}
