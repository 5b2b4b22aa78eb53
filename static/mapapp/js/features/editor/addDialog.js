/** What can be added: a new activity of each kind, a template, or what is in a file. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { showDialog } from "../../ui/backCloses.js";
import { byId, element } from "../../ui/dom.js";
import { fetchTemplates } from "../sessions/templates.js";
import { readSessionFile } from "../sessions/sessionFile.js";
import { editedKinds, exampleOf } from "./kinds/kinds.js";

/** @import { ActivityDraft } from "../../protocol/activities.js" */

/**
 * @param {(drafts: ActivityDraft[]) => void} add
 */
export function offerAdding(add) {
  const dialog = byId("add-dialog", HTMLDialogElement);
  const error = byId("add-error");
  const file = byId("add-file", HTMLInputElement);
  /** @param {ActivityDraft[]} drafts */
  const chosen = (drafts) => {
    dialog.close();
    add(drafts);
  };
  for (const [name, kind] of editedKinds()) {
    byId("add-kinds").append(choice(kind.title(), kind.about(), () => chosen([exampleOf(name)])));
  }
  byId("add-button").addEventListener("click", () => {
    error.textContent = "";
    showDialog(dialog);
    offerTemplates(chosen);
  });
  byId("add-cancel").addEventListener("click", () => dialog.close());
  file.addEventListener("change", async () => {
    const [picked] = file.files ?? [];
    if (!picked) return;
    const read = await readSessionFile(picked);
    file.value = "";
    if ("problem" in read) error.textContent = read.problem;
    else chosen(read.activities);
  });
}

/** @param {(drafts: ActivityDraft[]) => void} chosen */
async function offerTemplates(chosen) {
  const list = byId("add-templates");
  if (list.childElementCount > 0) return;
  const templates = await fetchTemplates();
  if (list.childElementCount > 0) return;
  byId("add-templates-part").hidden = templates.length === 0;
  for (const { title, description, activities } of templates) {
    const count = activities.length;
    const words = interpolate(ngettext("%(count)s question", "%(count)s questions", count), { count });
    const about = count > 1 ? interpolate(gettext("%(words)s. %(description)s"), { words, description }) : description;
    list.append(choice(title, about, () => chosen(activities)));
  }
}

/**
 * @param {string} title
 * @param {string} about
 * @param {() => void} choose
 */
function choice(title, about, choose) {
  const button = element(
    "button",
    { class: "add-choice", type: "button" },
    element("strong", { dir: "auto" }, title),
    element("span", { class: "soft", dir: "auto" }, about),
  );
  button.addEventListener("click", choose);
  return element("li", {}, button);
}
