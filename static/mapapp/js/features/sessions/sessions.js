/** Whole sessions to start from: a template, or a file that a host has saved. */

import { interpolate, ngettext } from "../../platform/i18n.js";
import { byId, element } from "../../ui/dom.js";
import { openRoom } from "./newRoom.js";
import { readSessionFile } from "./sessionFile.js";
import { fetchTemplates } from "./templates.js";

/** @import { SavedSession } from "./sessionFile.js" */

/** Shows them once somebody asks for them. */
export function offerSessions() {
  const details = byId("sessions", HTMLDetailsElement);
  const error = byId("sessions-error");
  const file = byId("session-file", HTMLInputElement);
  details.hidden = false;
  details.addEventListener("toggle", showTemplates);
  file.addEventListener("change", async () => {
    const [picked] = file.files ?? [];
    if (!picked) return;
    const read = await readSessionFile(picked);
    file.value = "";
    if ("problem" in read) error.textContent = read.problem;
    else start(read);
  });

  let isShown = false;
  async function showTemplates() {
    if (isShown || !details.open) return;
    isShown = true;
    const templates = await fetchTemplates();
    isShown = templates.length > 0;
    for (const { title, description, activities } of templates) {
      const count = activities.length;
      const words = interpolate(ngettext("%(count)s question", "%(count)s questions", count), { count });
      const button = element(
        "button",
        { class: "template", type: "button" },
        element("strong", { dir: "auto" }, title),
        element("span", { class: "soft", dir: "auto" }, count > 1 ? `${words}. ${description}` : description),
      );
      button.addEventListener("click", () => start({ title, activities }));
      byId("templates").append(element("li", {}, button));
    }
  }

  /** @param {SavedSession} session */
  async function start(session) {
    error.textContent = "";
    const opened = await openRoom(session);
    if ("problem" in opened) error.textContent = opened.problem;
    else location.assign(`/${opened.code}/edit`);
  }
}
