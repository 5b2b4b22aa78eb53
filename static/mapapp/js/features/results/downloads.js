/** The host takes the results home: a file of what is on the map; or shares them by a link. */

import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { saveFile } from "../../ui/saveFile.js";
import { NotAHost } from "../remote/hostApi.js";
import { offerResultLink } from "./shareResults.js";

/**
 * The key goes in a header, so this is a request and not a link.
 *
 * @param {import("../remote/hostApi.js").HostApi} api
 * @param {string} code
 */
export function offerDownloads(api, code) {
  offerResultLink(api);
  const button = byId("download", HTMLButtonElement);
  const format = byId("download-format", HTMLSelectElement);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    // Not `disabled`, which would take the focus away.
    button.setAttribute("aria-disabled", "true");
    const ending = format.value;
    try {
      saveFile(await api.results(ending), `map-${code}.${ending}`);
    } catch (error) {
      notice(
        error instanceof NotAHost
          ? gettext("This remote can't control the map any more.")
          : gettext("The results can't be downloaded right now. Please try again in a moment."),
      );
    }
    button.removeAttribute("aria-disabled");
  });
}
