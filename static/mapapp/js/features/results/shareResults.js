/** The host shares the results by a link, which works until they revoke it. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { copyText } from "../../ui/copyText.js";
import { byId } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { NotAHost } from "../remote/hostApi.js";

/** @param {import("../remote/hostApi.js").HostApi} api */
export function offerResultLink(api) {
  const share = byId("share-results");
  const revoke = byId("revoke-results");
  const link = byId("results-link", HTMLAnchorElement);
  let links = 0;

  share.addEventListener("click", () =>
    once(share, async () => {
      const { url } = await api.shareResults();
      links += 1;
      link.href = link.textContent = url;
      link.hidden = false;
      show();
      const isCopied = await copyText(url);
      notice(
        isCopied
          ? gettext("The link to the results is copied.")
          : gettext("Here is the link to the results."),
      );
    }),
  );
  revoke.addEventListener("click", () =>
    once(revoke, async () => {
      const { revoked } = await api.revokeResults();
      links = 0;
      link.hidden = true;
      show();
      share.focus();
      notice(
        interpolate(
          ngettext(
            "%(count)s link to the results has stopped working.",
            "%(count)s links to the results have stopped working.",
            revoked,
          ),
          { count: revoked },
        ),
      );
    }),
  );
  api.resultLinks().then(
    (found) => {
      links = found.links;
      show();
    },
    () => {}, // it can be asked for again by sharing
  );

  function show() {
    revoke.hidden = links === 0;
  }
}

/**
 * Runs `work` unless it runs already, and says what went wrong.
 *
 * @param {HTMLElement} button
 * @param {() => Promise<void>} work
 */
async function once(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  // Not `disabled`, which would take the focus away.
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } catch (error) {
    notice(
      error instanceof NotAHost
        ? gettext("This remote can't control the map any more.")
        : gettext("That did not work. Please try again in a moment."),
    );
  }
  button.removeAttribute("aria-disabled");
}
